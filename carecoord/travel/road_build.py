"""
Prepares a road network from an OpenStreetMap extract, with the OSRM programs: all of it, or nothing.
"""

import re
import subprocess
import time
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from carecoord.travel.domain import Mode
from carecoord.travel.pbf import PbfSummary, inspect_pbf
from carecoord.travel.provider import TravelUnavailable
from carecoord.travel.road_files import (
    BASE_NAME,
    RoadManifest,
    building_folder,
    tool_folder,
    tool_version,
    use_network,
    write_manifest,
)

_LUA = {Mode.CAR: "car.lua", Mode.BIKE: "bicycle.lua", Mode.FOOT: "foot.lua"}

_INTERMEDIATE = (".cnbg", ".cnbg_to_ebg", ".ebg", ".enw", ".restrictions")
"""Suffixes of files that only the preparation reads."""

Report = Callable[[str, str], None]
"""Told of each step as it starts: its name (`check`, `extract`, `partition`, `customize`) and its mode."""


def build_network(
    source: Path, home: Path, *, modes: Sequence[Mode], now: datetime, report: Report
) -> RoadManifest:
    """
    Check the extract, prepare each mode in a folder aside, then put the network in use in one rename.

    Raises:
        Invalid: the extract is damaged (codes of `inspect_pbf`).
        TravelUnavailable: `travel_roads_unsupported` (no tool for this Python), or `travel_roads_failed`
            with the program, the mode and its last words.
    """
    tools = tool_folder()
    took: dict[str, float] = {}
    report("check", "")
    started = time.monotonic()
    summary = inspect_pbf(source)
    took["check"] = round(time.monotonic() - started, 2)
    with building_folder(home) as folder:
        for mode in dict.fromkeys(modes):
            started = time.monotonic()
            _prepare(tools, source, folder / mode, mode, report)
            took[mode] = round(time.monotonic() - started, 2)
        manifest = _manifest(source, summary, modes=modes, now=now, took=took)
        write_manifest(folder, manifest)
        folder.rename(home / manifest.name)
    return use_network(home, manifest.name)


def _prepare(tools: Path, source: Path, folder: Path, mode: Mode, report: Report) -> None:
    folder.mkdir()
    base = folder / BASE_NAME
    lua = tools / "share" / "profiles" / _LUA[mode]
    steps = {
        "extract": ["-p", str(lua), "-o", str(base.with_suffix("")), str(source.resolve())],
        "partition": [str(base)],
        "customize": [str(base)],
    }
    for step, arguments in steps.items():
        report(step, mode)
        _run(tools / "bin" / f"osrm-{step}", arguments, mode)
    for suffix in _INTERMEDIATE:
        (folder / f"{BASE_NAME}{suffix}").unlink(missing_ok=True)


def _run(program: Path, arguments: list[str], mode: Mode) -> None:
    done = subprocess.run(  # noqa: S603 - our own tool, no shell, arguments are paths
        [str(program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return
    lines = [re.sub(r"^\[[^]]*\] ", "", line) for line in done.stdout.splitlines() if line.strip()]
    told = [line for line in lines if "[error]" in line or "what():" in line] or lines
    last = told[-1].strip() if told else ""
    raise TravelUnavailable(
        "travel_roads_failed",
        f"{program.name} for {mode}: status {done.returncode}: {last}",
        program=program.name,
        mode=mode.value,
        status=done.returncode,
        reason=last,
    )


def _manifest(
    source: Path, summary: PbfSummary, *, modes: Sequence[Mode], now: datetime, took: dict[str, float]
) -> RoadManifest:
    stem = source.name.removesuffix(".pbf").removesuffix(".osm")
    plain = unicodedata.normalize("NFD", stem).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "roads"
    return RoadManifest(
        name=f"{slug}-{now:%Y%m%dT%H%M%S%f}"[:-3],
        source=source.name,
        size_bytes=summary.size_bytes,
        sha256=summary.sha256,
        timestamp=summary.timestamp,
        bbox=summary.bbox,
        modes=tuple(dict.fromkeys(modes)),
        tool=tool_version(),
        built_at=now,
        build_s=took,
    )
