"""
Reports of bulk writes.
"""

from __future__ import annotations

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
