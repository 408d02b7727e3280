"""
Hours of a tour: exact against every combination of instants, on small random networks.
"""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from carecoord.planning.rides.timing import Chain, least, shortest


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Departure, two to three stops, return; windows of a few units, one ride."""
    inner = draw(st.integers(2, 3))
    early = [0, *(draw(st.integers(0, 6)) for _ in range(inner)), 0]
    late = [9, *(value + draw(st.integers(0, 4)) for value in early[1:-1]), 9]
    gaps = [draw(st.integers(0, 2)) for _ in range(inner + 1)]
    one = draw(st.integers(1, inner - 1))
    other = draw(st.integers(one + 1, inner))
    return Chain(early, late, gaps, [(one, other, draw(st.integers(0, 4)))], draw(st.integers(1, 9)))


def legal(chain: Chain, at: tuple[int, ...]) -> bool:
    """Every bound, one by one."""
    inside = all(low <= value <= high for low, value, high in zip(chain.early, at, chain.late, strict=True))
    moves = all(after - before >= gap for before, after, gap in zip(at, at[1:], chain.gap_s, strict=False))
    rides = all(at[other] - at[one] <= most for one, other, most in chain.rides)
    return inside and moves and rides and at[-1] - at[0] <= chain.most_s


@given(chains())
@settings(deadline=None, max_examples=60)
def test_exact_and_shortest(chain: Chain) -> None:
    """There are hours exactly when brute force finds some, and none of those takes less time."""
    spans = [range(low, high + 1) for low, high in zip(chain.early, chain.late, strict=True)]
    possible = [at for at in product(*spans) if legal(chain, at)]
    found = shortest(chain)
    assert (found is not None) == bool(possible)
    if found is not None:
        assert legal(chain, tuple(found))
        assert found[-1] - found[0] == min(at[-1] - at[0] for at in possible)


@given(chains())
@settings(deadline=None, max_examples=60)
def test_least_is_below_every_other(chain: Chain) -> None:
    """The least solution is not after any other, at any stop."""
    spans = [range(low, high + 1) for low, high in zip(chain.early, chain.late, strict=True)]
    found = least(chain)
    for at in product(*spans):
        if legal(chain, at):
            assert found is not None
            assert all(one <= other for one, other in zip(found, at, strict=True))
