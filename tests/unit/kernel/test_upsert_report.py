"""
Reports of bulk writes.
"""

from __future__ import annotations

import time

from carecoord.kernel.upsert import duplicate_defects, sorted_out


def test_report_keeps_the_order_given() -> None:
    """References are told in the order of the file, each under one heading."""
    report = sorted_out(["c", "a", "d", "b"], created={"a", "c"}, changed={"b"})

    assert (report.created, report.changed, report.unchanged) == (["c", "a"], ["b"], ["d"])
    assert report.counts == {"created": 2, "changed": 1, "unchanged": 1}
    assert report.total == 4


def test_reference_twice() -> None:
    """A reference given again is a defect that names both places."""
    [defect] = duplicate_defects(["a", "b", "a"], "people")

    assert (defect.where, defect.args) == ("people[2].reference", {"reference": "a", "earlier": 0})


def test_the_time_taken_grows_with_the_number_of_lines():
    """Forty thousand lines take some milliseconds, not the minutes of a union made for each."""
    references = [f"P{rank}" for rank in range(40_000)]
    started = time.process_time()

    report = sorted_out(references, created=set(references), changed=set())

    assert report.counts == {"created": 40_000, "changed": 0, "unchanged": 0}
    assert time.process_time() - started < 2
