"""
The only table of connections: which handler answers which job, which constraint means what.
"""

from __future__ import annotations

from carecoord.careplans import constraints as careplans_constraints
from carecoord.db.errors import Broken, register_constraints
from carecoord.identity import constraints as identity_constraints
from carecoord.jobs.spec import JobEntry
from carecoord.rosters import tasks as rosters
from carecoord.rosters.orders import PLAN_ROSTERS
from carecoord.workforce import constraints as workforce_constraints

# One line per job: JobEntry(spec=SPEC, handler=handler, give_up=None).
JOBS: tuple[JobEntry, ...] = (
    JobEntry(spec=PLAN_ROSTERS, handler=rosters.plan_period, give_up=rosters.give_up),
)

# One line per feature: its table constraint name -> meaning.
CONSTRAINTS: tuple[dict[str, Broken], ...] = (
    identity_constraints.CONSTRAINTS,
    workforce_constraints.CONSTRAINTS,
    careplans_constraints.CONSTRAINTS,
)


def connect() -> None:
    """
    Make the connections that are kept outside this table; once per process, at its start.
    """
    for table in CONSTRAINTS:
        register_constraints(table)


def job_table() -> dict[str, JobEntry]:
    """
    Job name -> entry.

    Raises:
        ValueError: two jobs have the same name.
    """
    table = {entry.spec.name: entry for entry in JOBS}
    if len(table) != len(JOBS):
        raise ValueError("two jobs have the same name")
    return table
