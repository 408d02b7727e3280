"""
Job name -> handler. Only workers read this table: handlers may reach the solver.
"""

from __future__ import annotations

from carecoord.jobs.spec import JobEntry
from carecoord.meals import order_tasks as meal_orders
from carecoord.meals import round_tasks as meal_rounds
from carecoord.meals.order_jobs import SEND_ORDERS
from carecoord.meals.round_orders import PLAN_MEALS
from carecoord.rides import tasks as rides
from carecoord.rides.orders import PLAN_RIDES
from carecoord.rosters import part_tasks as parts
from carecoord.rosters import repair_tasks as repairs
from carecoord.rosters import tasks as rosters
from carecoord.rosters.orders import PLAN_PART, PLAN_ROSTERS, STITCH_PARTS
from carecoord.rosters.repair_messages import REPAIR_DAY

# One line per job: JobEntry(spec=SPEC, handler=handler, give_up=None).
JOBS: tuple[JobEntry, ...] = (
    JobEntry(spec=PLAN_RIDES, handler=rides.plan_day, give_up=rides.give_up),
    JobEntry(spec=PLAN_ROSTERS, handler=rosters.plan_period, give_up=rosters.give_up),
    JobEntry(spec=REPAIR_DAY, handler=repairs.repair_day, give_up=repairs.give_up),
    JobEntry(spec=PLAN_PART, handler=parts.plan_part, give_up=parts.give_up_part),
    JobEntry(spec=STITCH_PARTS, handler=parts.stitch, give_up=parts.give_up_stitching),
    JobEntry(spec=PLAN_MEALS, handler=meal_rounds.plan_meals, give_up=meal_rounds.give_up),
    JobEntry(spec=SEND_ORDERS, handler=meal_orders.send_orders),
)


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
