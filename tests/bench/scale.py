"""
Cost of a territory against its size: `python tests/bench/scale.py 1000 2000 5000 10000 20000`.

Generated days with ten visits an aide are split, planned and stitched by so many processes, as
the queue does it. Prints a table, the exponent of time against visits (least squares on
logarithms), what splitting costs against one undivided search, and one worker against two;
writes the table and a plot to `out/bench`. Figures are of a 2-core machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np
import psutil

from carecoord.planning.bench.generate import Size, generated_territory
from carecoord.planning.engine.warm import warm
from carecoord.planning.sectored import Answer, Effort, Order, Outcome, plan_territory, solve_part
from carecoord.planning.territory import Territory

VISITS_PER_AIDE = 10
UNDIVIDED_MAX = 2_000
"""Up to so many visits the territory is also planned in one piece, with the same processor time."""


class Memory:
    """Highest resident memory of this process and its children together, looked at twice a second."""

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        """Start looking."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process(os.getpid())
        while not self._over.wait(0.5):
            total = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.peak_bytes = max(self.peak_bytes, total)


def side_by_side(pool: ProcessPoolExecutor, workers: int) -> Callable[[Iterator[Order]], Iterable[Answer]]:
    """Carry out orders in a pool, one more waiting than is worked on: memory does not grow."""

    def carry(orders: Iterator[Order]) -> Iterator[Answer]:
        waiting: set[Future[Answer]] = set()
        for order in orders:
            waiting.add(pool.submit(solve_part, order))
            if len(waiting) > workers:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)

    return carry


def measure(territory: Territory, effort: Effort, workers: int) -> dict[str, float]:
    """Plan a territory and tell what it took and what it is worth."""
    visits = len(territory.problem.visits)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=warm) as pool:
        list(pool.map(abs, range(workers)))  # processes are there before the clock starts
        with Memory() as memory:
            own = time.process_time()
            began = time.monotonic()
            outcome = plan_territory(territory, effort, side_by_side(pool, workers))
            wall_s = time.monotonic() - began
            own = time.process_time() - own
    return row(visits, len(territory.problem.workers), outcome) | {
        "wall_s": wall_s,
        "cpu_s": outcome.cpu_s + own,
        "own_s": own,
        "memory_mib": memory.peak_bytes / 2**20,
    }


def row(visits: int, aides: int, outcome: Outcome) -> dict[str, float]:
    """What a plan is worth."""
    price = outcome.score
    found = Counter(item.severity for item in outcome.violations)
    # what travel costs, back in minutes: paid at 18 euros an hour, waits of a few minutes included
    travel_min = price.terms["travel"] / 1800 * 60
    return {
        "visits": visits,
        "aides": aides,
        "sectors": outcome.sectors,
        "taken": outcome.taken,
        "vital": price.unserved["vital"],
        "important": price.unserved["important"],
        "comfort": price.unserved["comfort"],
        "block": found["block"],
        "warn": found["warn"],
        "travel_min": travel_min / visits,
        "cents": price.soft_cents / visits,
        "before_cents": outcome.sector_score.soft_cents / visits,
        "before_left": sum(outcome.sector_score.unserved.values()),
    }


def show(title: str, rows: list[dict[str, float]]) -> str:
    """A table of measurements."""
    lines = [
        f"== {title}",
        (
            "visits  aides sectors  wall s   CPU s own s   MiB  left out v/i/c  block warn  "
            "travel min/visit  cents/visit (before borders)"
        ),
    ]
    for item in rows:
        left = f"{item['vital']:.0f}/{item['important']:.0f}/{item['comfort']:.0f}"
        lines.append(
            f"{item['visits']:6.0f} {item['aides']:6.0f} {item['sectors']:7.0f} {item['wall_s']:7.1f} "
            f"{item['cpu_s']:7.1f} {item['own_s']:5.1f} {item['memory_mib']:5.0f}  {left:>14}  "
            f"{item['block']:5.0f} {item['warn']:4.0f}  {item['travel_min']:16.2f}  "
            f"{item['cents']:11.1f} ({item['before_cents']:.1f})"
        )
    return "\n".join(lines)


def exponent(rows: list[dict[str, float]], name: str) -> float:
    """Slope of the logarithm of a measurement against that of visits, by least squares."""
    points = np.log([[item["visits"], item[name]] for item in rows])
    return float(np.polyfit(points[:, 0], points[:, 1], 1)[0])


def plot(rows: list[dict[str, float]], slope: float) -> str:
    """Time against size on logarithmic axes, as an SVG; the line has the slope that was found."""
    width, height, edge = 560, 380, 60
    xs, ys = [item["visits"] for item in rows], [item["wall_s"] for item in rows]
    low_x, high_x = math.log10(min(xs) / 1.3), math.log10(max(xs) * 1.3)
    low_y, high_y = math.log10(min(ys) / 1.6), math.log10(max(ys) * 1.6)

    def at(x: float, y: float) -> tuple[float, float]:
        across = edge + (math.log10(x) - low_x) / (high_x - low_x) * (width - 2 * edge)
        down = height - edge - (math.log10(y) - low_y) / (high_y - low_y) * (height - 2 * edge)
        return across, down

    middle_x = math.exp(sum(map(math.log, xs)) / len(xs))
    middle_y = math.exp(sum(map(math.log, ys)) / len(ys))
    ends = [at(x, middle_y * (x / middle_x) ** slope) for x in (min(xs), max(xs))]
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
            ' font-size="12" role="img" aria-label="Wall time against visits">'
        ),
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        (
            f'<line x1="{ends[0][0]:.0f}" y1="{ends[0][1]:.0f}" x2="{ends[1][0]:.0f}" y2="{ends[1][1]:.0f}"'
            ' stroke="#999" stroke-dasharray="4 4"/>'
        ),
    ]
    for x, y in zip(xs, ys, strict=True):
        across, down = at(x, y)
        parts.append(f'<circle cx="{across:.0f}" cy="{down:.0f}" r="4" fill="#1a5fb4"/>')
        parts.append(f'<text x="{across + 8:.0f}" y="{down - 6:.0f}">{y:.0f} s</text>')
        parts.append(f'<text x="{across:.0f}" y="{height - edge + 18}" text-anchor="middle">{x:.0f}</text>')
    parts.append(
        f'<text x="{width / 2:.0f}" y="{height - 12}" text-anchor="middle">visits in a day</text>'
        f'<text x="{edge}" y="28">wall seconds, logarithmic axes; exponent {slope:.2f}</text></svg>'
    )
    return "\n".join(parts)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 2_000, 5_000, 10_000, 20_000])
    parser.add_argument("--seconds-per-visit", type=float, default=0.1)
    parser.add_argument("--iterations-per-visit", type=float, help="instead of seconds; on a busy machine")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", type=int, default=None, help="visits of a part")
    parser.add_argument("--alone", type=int, default=0, help="size planned with one worker too")
    parser.add_argument("--no-undivided", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("out/bench"))
    return parser.parse_args()


def main() -> None:
    """Measure every size; then splitting against none, and one worker against two."""
    asked = arguments()
    effort = Effort(
        seconds_per_visit=asked.seconds_per_visit,
        iterations_per_visit=asked.iterations_per_visit,
        target=asked.target,
        seed=asked.seed,
    )
    warm()
    rows = []
    for visits in asked.sizes:
        territory = made(visits, asked.seed)
        rows.append(measure(territory, effort, asked.workers))
        print(show(f"{asked.workers} workers", rows[-1:]), flush=True)
    each = f"{asked.seconds_per_visit} s of one core a visit"
    if asked.iterations_per_visit is not None:
        each = f"{asked.iterations_per_visit} iterations a visit"
    text = [show(f"{asked.workers} workers, {each}", rows)]
    asked.out.mkdir(parents=True, exist_ok=True)
    if len(rows) > 1:
        slope = exponent(rows, "wall_s")
        text.append(f"exponent of wall time {slope:.2f}, of processor time {exponent(rows, 'cpu_s'):.2f}")
        (asked.out / "scale.svg").write_text(plot(rows, slope))
    if not asked.no_undivided:
        text.append(against_undivided(rows, effort, asked.seed))
    if asked.alone:
        text.append(against_one(asked.alone, effort, asked.seed))
    print("\n\n".join(text))
    (asked.out / "scale.txt").write_text("\n\n".join(text) + "\n")
    (asked.out / "scale.json").write_text(json.dumps(rows, indent=1))


def made(visits: int, seed: int) -> Territory:
    """A generated day of so many visits."""
    return generated_territory(Size(visits=visits, workers=visits // VISITS_PER_AIDE), seed=seed)


def against_undivided(rows: list[dict[str, float]], effort: Effort, seed: int) -> str:
    """What splitting costs: the same days in one piece, one search with the same processor time."""
    lines = ["== undivided, the same search time"]
    for item in rows:
        visits = int(item["visits"])
        if visits > UNDIVIDED_MAX:
            continue
        whole = msgspec.structs.replace(effort, target=10 * visits)
        alone = measure(made(visits, seed), whole, 1)
        change = item["cents"] / alone["cents"] - 1
        left = sum(item[tier] - alone[tier] for tier in ("vital", "important", "comfort"))
        lines.append(
            f"{visits:6d} visits: divided {item['cents']:.1f}, undivided {alone['cents']:.1f} cents a visit: "
            f"splitting costs {change:+.1%} and {left:+.0f} visits; undivided took {alone['wall_s']:.0f} s"
        )
    return "\n".join(lines)


def against_one(visits: int, effort: Effort, seed: int) -> str:
    """One worker and two on the same day."""
    territory = made(visits, seed)
    one, two = (measure(territory, effort, workers) for workers in (1, 2))
    return (
        f"== one worker against two, {visits} visits\n"
        f"one {one['wall_s']:.1f} s ({one['cents']:.1f} cents a visit), two {two['wall_s']:.1f} s "
        f"({two['cents']:.1f}): {one['wall_s'] / two['wall_s']:.2f} times faster"
    )


if __name__ == "__main__":
    main()
