"""
The child process that searches repairs; never imported by the worker or the web process.
"""

from __future__ import annotations

from carecoord.jobs.child import Link
from carecoord.planning.budget import Budget
from carecoord.planning.homecare.repair_search import Progress, ranked_repairs
from carecoord.rosters.repair_messages import RepairNews, RepairOrder, RepairOutcome, unpack
from carecoord.rosters.repair_terms import proposals_of


def search_repairs(order: RepairOrder, link: Link) -> RepairOutcome:
    """Three repairs of a day, judged, in our own terms."""

    def tell(progress: Progress) -> None:
        link.send(RepairNews(breadth=progress.breadth))

    document = unpack(order.document)
    found = ranked_repairs(
        document.problem,
        document.plan,
        document.situation,
        Budget(seconds=order.seconds, seed=order.seed),
        on_progress=tell,
        should_stop=link.should_stop,
    )
    return RepairOutcome(proposals=proposals_of(document, found))
