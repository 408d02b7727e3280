"""
The chain: who answers, what is replaced, and the warning that says so.
"""

from collections.abc import Sequence

import numpy as np

from carecoord.kernel.geo import Density, Point
from carecoord.travel.cache import MemoryCache
from carecoord.travel.domain import MISSING, Mode, TravelMatrix, TravelStar, TravelWarning
from carecoord.travel.haversine import GreatCircle
from carecoord.travel.provider import TravelUnavailable
from carecoord.travel.select import TravelChain

SOUTH = Point(lat=48.00, lon=2.0)
NORTH = Point(lat=48.10, lon=2.0)
EAST = Point(lat=48.00, lon=2.2)
POINTS = [SOUTH, NORTH, EAST]
ROAD = [[0, 700, 900], [710, 0, 1100], [910, 1110, 0]]
LEG = (SOUTH, Point(lat=48.05, lon=2.01), NORTH)


class FixedRoads:
    """A road network that always answers the same, or fails."""

    name = "fixed"

    def __init__(
        self,
        seconds: list[list[int]] | None = None,
        *,
        snaps_m: tuple[int, ...] = (),
        legs: tuple[tuple[Point, ...], ...] = (),
        error: TravelUnavailable | None = None,
    ) -> None:
        self.seconds = np.array(seconds or ROAD, dtype=np.int32)
        self.snaps_m = snaps_m
        self.legs = legs
        self.error = error
        self.asked = 0
        self.closed = False

    async def dataset(self, mode: Mode) -> str:
        """One version for all."""
        return f"fixed-{mode}"

    async def matrix(self, points: Sequence[Point], mode: Mode) -> TravelMatrix:
        """The seconds given, ten metres a second."""
        assert len(points) == len(self.seconds)
        self.asked += 1
        if self.error is not None:
            raise self.error
        metres = np.where(self.seconds == MISSING, MISSING, self.seconds * 10).astype(np.int32)
        return TravelMatrix(
            seconds=self.seconds.copy(),
            metres=metres,
            provider=self.name,
            dataset=await self.dataset(mode),
            snaps_m=self.snaps_m,
        )

    async def star(self, here: Point, others: Sequence[Point], mode: Mode) -> TravelStar:
        """First column and first row of the seconds given."""
        del here, others, mode  # always the same answer
        if self.error is not None:
            raise self.error
        to_s, from_s = self.seconds[1:, 0], self.seconds[0, 1:]
        return TravelStar(to_s=to_s, to_m=to_s * 10, from_s=from_s, from_m=from_s * 10, provider=self.name)

    async def path(self, points: Sequence[Point], mode: Mode) -> tuple[tuple[Point, ...], ...]:
        """The legs given."""
        assert len(points) - 1 == len(self.legs) or self.error is not None, mode
        if self.error is not None:
            raise self.error
        return self.legs

    async def aclose(self) -> None:
        """Remember that it was closed."""
        self.closed = True


def estimate(points: Sequence[Point] = POINTS) -> list[list[int]]:
    """What the great circle says by car between suburban points."""
    return GreatCircle().estimate(points, Mode.CAR).seconds.tolist()


async def test_a_complete_answer_is_left_alone() -> None:
    """A provider that knows every pair is quoted as it is, without a warning."""
    answer = await TravelChain(FixedRoads()).matrix(POINTS, Mode.CAR)

    assert answer.seconds.tolist() == ROAD
    assert (answer.provider, answer.fallback_pairs, answer.warnings) == ("fixed", 0, ())


async def test_without_a_provider_the_great_circle_answers() -> None:
    """Nothing configured is a choice, not a failure: no warning, no fallback counted."""
    answer = await TravelChain().matrix(POINTS, Mode.CAR)

    assert answer.seconds.tolist() == estimate()
    assert (answer.provider, answer.fallback_pairs, answer.warnings) == ("great_circle", 0, ())


async def test_no_network_prepared_is_not_a_failure() -> None:
    """The embedded network is asked by default; until one is prepared, nothing is wrong."""
    roads = FixedRoads(error=TravelUnavailable("travel_roads_missing"))

    answer = await TravelChain(roads).matrix(POINTS, Mode.CAR)

    assert (answer.provider, answer.warnings) == ("great_circle", ())


async def test_a_silent_server_is_replaced_under_a_warning() -> None:
    """All six pairs are estimated, and the reason is told."""
    roads = FixedRoads(error=TravelUnavailable("travel_timeout"))

    answer = await TravelChain(roads).matrix(POINTS, Mode.CAR)

    assert answer.seconds.tolist() == estimate()
    assert (answer.provider, answer.fallback_pairs) == ("great_circle", 6)
    assert answer.warnings == (
        TravelWarning(code="provider_unavailable", args={"provider": "fixed", "reason": "travel_timeout"}),
    )


async def test_a_mode_that_is_not_served_is_told() -> None:
    """A network prepared for cars does not make pedestrians drive."""
    roads = FixedRoads(error=TravelUnavailable("travel_mode_not_served"))

    answer = await TravelChain(roads).matrix(POINTS, Mode.FOOT)

    assert answer.warnings == (
        TravelWarning(code="mode_not_served", args={"provider": "fixed", "mode": "foot"}),
    )


async def test_a_pair_without_a_way_is_estimated() -> None:
    """One hole is filled, the rest stays the provider's."""
    roads = FixedRoads([[0, 700, MISSING], [710, 0, 1100], [910, 1110, 0]])

    answer = await TravelChain(roads).matrix(POINTS, Mode.CAR)

    expected = [row.copy() for row in ROAD]
    expected[0][2] = estimate()[0][2]
    assert answer.seconds.tolist() == expected
    assert answer.metres.min() == 0
    assert (answer.provider, answer.fallback_pairs) == ("fixed", 1)
    assert answer.warnings == (TravelWarning(code="pairs_replaced", args={"pairs": 1}),)


async def test_a_point_off_the_network_is_estimated() -> None:
    """The four pairs that touch a point 301 m from any way are estimated, and the point is named."""
    answer = await TravelChain(FixedRoads(snaps_m=(12, 301, 300))).matrix(POINTS, Mode.CAR)

    guess = estimate()
    expected = [[0, guess[0][1], 900], [guess[1][0], 0, guess[1][2]], [910, guess[2][1], 0]]
    assert answer.seconds.tolist() == expected
    assert answer.fallback_pairs == 4
    assert answer.warnings == (
        TravelWarning(code="point_off_network", args={"point": 1, "snap_m": 301, "limit_m": 300}),
    )


async def test_a_zero_between_distant_points_is_estimated() -> None:
    """Two points attached to one spot of a clipped map are not zero seconds apart."""
    roads = FixedRoads([[0, 0, 900], [0, 0, 1100], [910, 1110, 0]])

    answer = await TravelChain(roads).matrix(POINTS, Mode.CAR)

    assert answer.seconds[0, 1] == estimate()[0][1]
    assert answer.warnings == (TravelWarning(code="zero_pairs_replaced", args={"pairs": 2}),)


async def test_one_building_is_a_minute_apart() -> None:
    """The same point twice, or 20 m apart, takes the constant of the table; a place to itself takes none."""
    neighbour = Point(lat=SOUTH.lat + 20 / 111_195, lon=SOUTH.lon)
    roads = FixedRoads([[0, 0, 95], [0, 0, 95], [95, 95, 0]])

    for chain in (TravelChain(roads), TravelChain()):
        answer = await chain.matrix([SOUTH, SOUTH, neighbour], Mode.CAR)

        assert answer.seconds.tolist() == [[0, 60, 60], [60, 0, 60], [60, 60, 0]]
        assert answer.warnings == ()


async def test_densities_reach_the_estimate() -> None:
    """In a dense place the same distance takes longer."""
    dense = await TravelChain().matrix(POINTS, Mode.CAR, densities=[Density.DENSE] * 3)

    assert dense.seconds[0, 1] > estimate()[0][1]


async def test_a_kept_answer_is_not_asked_again() -> None:
    """The second question is answered from the cache, repairs included."""
    roads, cache = FixedRoads([[0, 700, MISSING], [710, 0, 1100], [910, 1110, 0]]), MemoryCache()
    chain = TravelChain(roads)

    first = await chain.matrix(POINTS, Mode.CAR, cache=cache)
    second = await chain.matrix(POINTS, Mode.CAR, cache=cache)

    assert roads.asked == 1
    assert second.seconds.tolist() == first.seconds.tolist()
    assert second.warnings == first.warnings != ()


async def test_a_failure_is_not_kept() -> None:
    """When the server is back, it is asked again."""
    roads, cache = FixedRoads(error=TravelUnavailable("travel_timeout")), MemoryCache()
    chain = TravelChain(roads)

    await chain.matrix(POINTS, Mode.CAR, cache=cache)
    roads.error = None
    answer = await chain.matrix(POINTS, Mode.CAR, cache=cache)

    assert answer.provider == "fixed"


async def test_none_and_one_point() -> None:
    """No trip to measure: an empty or a one-by-one matrix, and nobody is asked."""
    roads = FixedRoads()

    nothing = await TravelChain(roads).matrix([], Mode.CAR)
    alone = await TravelChain(roads).matrix([SOUTH], Mode.CAR)

    assert (nothing.size, alone.seconds.tolist(), roads.asked) == (0, [[0]], 0)


async def test_a_path_follows_the_roads() -> None:
    """Legs of the provider are drawn as they are."""
    path = await TravelChain(FixedRoads(legs=(LEG,))).path([SOUTH, NORTH], Mode.CAR)

    assert (path.legs, path.straight, path.provider) == ((LEG,), (False,), "fixed")


async def test_a_leg_that_starts_elsewhere_is_drawn_straight() -> None:
    """A leg attached to the network kilometres away is replaced by a flagged straight segment."""
    path = await TravelChain(FixedRoads(legs=(LEG, (SOUTH, NORTH)))).path([SOUTH, NORTH, EAST], Mode.CAR)

    assert path.legs == (LEG, (NORTH, EAST))
    assert path.straight == (False, True)
    assert path.warnings == (TravelWarning(code="straight_line", args={"legs": 1}),)


async def test_a_leg_within_a_building_needs_no_road() -> None:
    """Two visits next door to each other: a line without length, and no warning."""
    path = await TravelChain(FixedRoads(legs=((),))).path([SOUTH, SOUTH], Mode.CAR)

    assert (path.legs, path.straight, path.warnings) == (((SOUTH, SOUTH),), (False,), ())


async def test_a_path_without_a_server_is_straight() -> None:
    """The map stays useful, and says that the lines are not roads."""
    roads = FixedRoads(error=TravelUnavailable("travel_unreachable"))

    path = await TravelChain(roads).path(POINTS, Mode.CAR)

    assert path.legs == ((SOUTH, NORTH), (NORTH, EAST))
    assert path.straight == (True, True)
    assert path.warnings[0].code == "provider_unavailable"


async def test_closing_the_chain_closes_the_provider() -> None:
    """No process or connection is left behind."""
    roads = FixedRoads()

    await TravelChain(roads).aclose()

    assert roads.closed


async def test_a_star_is_the_row_and_the_column_of_the_matrix() -> None:
    """Asked for one point alone, the chain says what the whole matrix would have said of it."""
    chain = TravelChain(FixedRoads([[0, 700, MISSING], [710, 0, 1100], [910, 1110, 0]]))
    whole = await chain.matrix(POINTS, Mode.CAR)

    star = await chain.star(SOUTH, POINTS[1:], Mode.CAR)

    assert star.from_s.tolist() == whole.seconds[0, 1:].tolist()
    assert star.to_s.tolist() == whole.seconds[1:, 0].tolist() == [710, 910]
    assert star.estimated == 1


async def test_a_star_without_any_provider_is_the_estimate() -> None:
    """A provider that fails is stood in for, and the answer says by how many ways."""
    failing = FixedRoads(error=TravelUnavailable("travel_timeout", "too late"))
    estimate = await TravelChain().star(SOUTH, POINTS[1:], Mode.CAR)

    star = await TravelChain(failing).star(SOUTH, POINTS[1:], Mode.CAR)

    assert star.to_s.tolist() == estimate.to_s.tolist()
    assert (estimate.estimated, star.estimated) == (0, 4)
