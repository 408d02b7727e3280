"""
Chain: cache, preferred provider, great circle; says which one answered and what was replaced.

Whatever fails, the answer is complete, and never a silent zero: holes are filled by the great circle under a
warning, and neighbours of one building get the small constant of `great_circle.toml`.
"""

import asyncio
import itertools
from collections.abc import Sequence

import msgspec
import numpy as np

from carecoord.kernel.geo import Density, Point, great_circle_m
from carecoord.travel.cache import MatrixCache, cache_key, unpack
from carecoord.travel.domain import (
    MISSING,
    BoolMatrix,
    IntMatrix,
    Mode,
    TravelMatrix,
    TravelPath,
    TravelStar,
    TravelWarning,
)
from carecoord.travel.haversine import GreatCircle, great_circle_matrix_m
from carecoord.travel.parameters import TravelParameters, travel_parameters
from carecoord.travel.provider import TravelProvider, TravelUnavailable

NOT_CONFIGURED = "travel_roads_missing"
"""Nobody prepared a network: the great circle is then the choice made, not a failure to warn about."""

_PARALLEL_LEGS = 8


class TravelChain:
    """
    The travel provider of the product: asks the preferred one, repairs what it says.

    Args:
        preferred: road network or server; None when only the great circle is configured.
        parameters: the dated table; the shipped one by default.
    """

    def __init__(
        self, preferred: TravelProvider | None = None, parameters: TravelParameters | None = None
    ) -> None:
        self._preferred = preferred
        self._parameters = parameters or travel_parameters()
        self._estimator = GreatCircle(self._parameters)
        self._least_s = self._parameters.same_building.seconds

    async def matrix(
        self,
        points: Sequence[Point],
        mode: Mode,
        *,
        densities: Sequence[Density] = (),
        cache: MatrixCache | None = None,
    ) -> TravelMatrix:
        """
        Every ordered pair, complete; never raises for a provider's failure.

        Args:
            densities: one per point, for estimates; empty when nothing is known.
            cache: where answers of the preferred provider are kept.
        """
        estimate = self._estimator.estimate(points, mode, densities)
        if self._preferred is None or len(points) < 2:
            return self._with_neighbours(estimate, points)
        try:
            answer = await self._cached(self._preferred, points, mode, cache)
        except TravelUnavailable as error:
            if error.code == NOT_CONFIGURED:
                return self._with_neighbours(estimate, points)
            replaced = msgspec.structs.replace(
                estimate,
                estimated=~np.eye(len(points), dtype=np.bool_),
                warnings=(_failure(self._preferred.name, mode, error),),
            )
            return self._with_neighbours(replaced, points)
        return self._with_neighbours(self._repaired(answer, estimate, points), points)

    async def star(
        self, here: Point, others: Sequence[Point], mode: Mode, *, densities: Sequence[Density] = ()
    ) -> TravelStar:
        """
        From one point to each of the others and back, complete; never raises for a provider's failure.

        Args:
            densities: of the point and then of each of the others; empty when nothing is known.
        """
        estimate = self._estimator.estimated_star(here, others, mode, densities)
        answer = estimate
        if self._preferred is not None and others:
            try:
                answer = self._repaired_star(await self._preferred.star(here, others, mode), estimate)
            except TravelUnavailable as error:
                lost = 0 if error.code == NOT_CONFIGURED else 2 * len(others)
                answer = msgspec.structs.replace(estimate, estimated=lost)
        same = great_circle_matrix_m([here, *others])[0, 1:] <= self._parameters.same_building.radius_m
        return msgspec.structs.replace(
            answer,
            to_s=np.where(same, self._least_s, np.maximum(answer.to_s, self._least_s)).astype(np.int32),
            from_s=np.where(same, self._least_s, np.maximum(answer.from_s, self._least_s)).astype(np.int32),
        )

    def _repaired_star(self, answer: TravelStar, estimate: TravelStar) -> TravelStar:
        """Holes and impossible zeros filled by the estimate; all of it when the point is off the network."""
        off = answer.snap_m > self._parameters.network.snap_limit_m

        def holes(seconds: IntMatrix, metres: IntMatrix, estimated_s: IntMatrix) -> BoolMatrix:
            zero = (seconds == 0) & (estimated_s > self._least_s)
            found: BoolMatrix = (seconds == MISSING) | (metres == MISSING) | zero | off
            return found

        to_it = holes(answer.to_s, answer.to_m, estimate.to_s)
        from_it = holes(answer.from_s, answer.from_m, estimate.from_s)
        return msgspec.structs.replace(
            answer,
            to_s=np.where(to_it, estimate.to_s, answer.to_s),
            to_m=np.where(to_it, estimate.to_m, answer.to_m),
            from_s=np.where(from_it, estimate.from_s, answer.from_s),
            from_m=np.where(from_it, estimate.from_m, answer.from_m),
            estimated=int(np.count_nonzero(to_it)) + int(np.count_nonzero(from_it)),
        )

    async def path(self, points: Sequence[Point], mode: Mode) -> TravelPath:
        """
        Lines to draw through points in order; a leg without a way is a straight segment, flagged.
        """
        straight = await self._estimator.path(points, mode)
        every = (True,) * len(straight)
        if self._preferred is None or not straight:
            return TravelPath(legs=straight, straight=every, provider=self._estimator.name)
        try:
            found = await self._legs(self._preferred, points, mode)
        except TravelUnavailable as error:
            missing = error.code == NOT_CONFIGURED
            warnings = () if missing else (_failure(self._preferred.name, mode, error),)
            return TravelPath(legs=straight, straight=every, provider=self._estimator.name, warnings=warnings)
        is_straight = tuple(self._is_elsewhere(leg, ends) for leg, ends in zip(found, straight, strict=True))
        legs = tuple(
            ends if off or len(leg) < 2 else leg
            for leg, ends, off in zip(found, straight, is_straight, strict=True)
        )
        replaced = sum(is_straight)
        warnings = (TravelWarning(code="straight_line", args={"legs": replaced}),) if replaced else ()
        return TravelPath(legs=legs, straight=is_straight, provider=self._preferred.name, warnings=warnings)

    async def aclose(self) -> None:
        """Let go of the preferred provider's connections and processes."""
        if self._preferred is not None:
            await self._preferred.aclose()

    async def _cached(
        self, provider: TravelProvider, points: Sequence[Point], mode: Mode, cache: MatrixCache | None
    ) -> TravelMatrix:
        if cache is None:
            return await provider.matrix(points, mode)
        dataset = await provider.dataset(mode)
        key = cache_key(provider.name, dataset, mode, points)
        kept = await cache.get(key)
        if kept is not None:
            return unpack(kept, size=len(points), provider=provider.name, dataset=dataset)
        answer = await provider.matrix(points, mode)
        await cache.put(key, answer, mode)
        return answer

    async def _legs(
        self, provider: TravelProvider, points: Sequence[Point], mode: Mode
    ) -> tuple[tuple[Point, ...], ...]:
        try:
            return await provider.path(points, mode)
        except TravelUnavailable as error:
            if error.code != "travel_bad_answer" or len(points) == 2:
                raise
        # One leg without a way fails the whole question: ask for each on its own.
        gate = asyncio.Semaphore(_PARALLEL_LEGS)

        async def one(ends: tuple[Point, Point]) -> tuple[Point, ...]:
            async with gate:
                try:
                    return (await provider.path(ends, mode))[0]
                except TravelUnavailable:
                    return ()

        return tuple(await asyncio.gather(*(one(ends) for ends in itertools.pairwise(points))))

    def _is_elsewhere(self, leg: tuple[Point, ...], ends: tuple[Point, ...]) -> bool:
        """Whether a leg is missing, or starts or ends too far from where it should."""
        if len(leg) < 2:
            # Next door: a line without length is right.
            return great_circle_m(ends[0], ends[-1]) > self._parameters.same_building.radius_m
        limit_m = self._parameters.network.snap_limit_m
        return great_circle_m(leg[0], ends[0]) > limit_m or great_circle_m(leg[-1], ends[-1]) > limit_m

    def _repaired(
        self, answer: TravelMatrix, estimate: TravelMatrix, points: Sequence[Point]
    ) -> TravelMatrix:
        limit_m = self._parameters.network.snap_limit_m
        off = np.array([snap_m > limit_m for snap_m in answer.snaps_m] or [False] * len(points))
        off_pairs: BoolMatrix = off[:, None] | off[None, :]
        missing: BoolMatrix = (answer.seconds == MISSING) | (answer.metres == MISSING)
        # Both ends attached to one spot of the network, though they are farther apart than next door.
        zero: BoolMatrix = (answer.seconds == 0) & (estimate.seconds > self._least_s) & ~missing
        for mask in (off_pairs, missing, zero):
            np.fill_diagonal(mask, val=False)
        estimated = off_pairs | missing | zero
        warnings = [
            TravelWarning(
                code="point_off_network",
                args={"point": index, "snap_m": answer.snaps_m[index], "limit_m": limit_m},
            )
            for index in np.flatnonzero(off).tolist()
        ]
        for code, mask in (("pairs_replaced", missing), ("zero_pairs_replaced", zero)):
            if count := int(np.count_nonzero(mask & ~off_pairs)):
                warnings.append(TravelWarning(code=code, args={"pairs": count}))
        return msgspec.structs.replace(
            answer,
            seconds=np.where(estimated, estimate.seconds, answer.seconds),
            metres=np.where(estimated, estimate.metres, answer.metres),
            estimated=estimated if estimated.any() else None,
            warnings=tuple(warnings),
        )

    def _with_neighbours(self, matrix: TravelMatrix, points: Sequence[Point]) -> TravelMatrix:
        """Give points of one building the constant: people walk there, whatever the roads say."""
        same = great_circle_matrix_m(points) <= self._parameters.same_building.radius_m
        seconds = np.where(same, self._least_s, np.maximum(matrix.seconds, self._least_s)).astype(np.int32)
        np.fill_diagonal(seconds, 0)
        return msgspec.structs.replace(matrix, seconds=seconds)


def _failure(provider: str, mode: Mode, error: TravelUnavailable) -> TravelWarning:
    if error.code == "travel_mode_not_served":
        return TravelWarning(code="mode_not_served", args={"provider": provider, "mode": mode.value})
    return TravelWarning(code="provider_unavailable", args={"provider": provider, "reason": error.code})
