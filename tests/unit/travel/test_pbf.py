"""
Damaged extracts are refused with what is wrong and where.
"""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carecoord.kernel.errors import Invalid
from carecoord.travel.pbf import inspect_pbf

OSM = Path(__file__).parents[3] / ".." / "shared" / "geo" / "osm"
MARAIS = OSM / "paris-marais-extract.osm.pbf"


def refusal(path: Path) -> Invalid:
    """The error that reading a file raises."""
    with pytest.raises(Invalid) as caught:
        inspect_pbf(path)
    return caught.value


def test_a_sound_file_says_what_it_is() -> None:
    """Box, date, size and digest of the Andorra extract (52 blocks, 2 May 2023)."""
    summary = inspect_pbf(OSM / "andorra-2023-05-02.osm.pbf")

    assert summary.bbox == (1.412368, 42.4276, 1.787481, 42.65717)
    assert summary.timestamp == datetime(2023, 5, 2, 20, 16, 4, tzinfo=UTC)
    assert (summary.blocks, summary.size_bytes) == (52, 2_472_510)
    assert summary.sha256.startswith("151cca47dd2dbbcb")
    assert summary.has_relations


def test_a_truncated_file_is_refused_with_the_block(tmp_path: Path) -> None:
    """A download that stopped: the block that is cut, where it starts, where the file ends."""
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(MARAIS.read_bytes()[:-1])

    error = refusal(cut)

    assert error.code == "pbf_truncated"
    assert error.defects[0].args["size"] == 90_145
    assert error.defects[0].args["block"] == 4


def test_no_truncation_passes(tmp_path: Path) -> None:
    """Wherever the file is cut, it is refused; at a block boundary, because ways are missing."""
    whole = MARAIS.read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    codes = set()
    for length in range(1, len(whole), 997):
        cut.write_bytes(whole[:length])
        codes.add(refusal(cut).code)

    assert codes <= {"pbf_truncated", "pbf_not_pbf", "pbf_no_ways"}
    assert "pbf_truncated" in codes


def test_any_flipped_bit_is_found(tmp_path: Path) -> None:
    """Fifty single-bit errors, anywhere in the file, are each refused."""
    whole = MARAIS.read_bytes()
    rng = random.Random(7)
    damaged = tmp_path / "damaged.osm.pbf"
    for _ in range(50):
        content = bytearray(whole)
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        damaged.write_bytes(content)

        assert refusal(damaged).code in {"pbf_corrupt", "pbf_truncated", "pbf_not_pbf", "pbf_unsupported"}


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (b"<?xml version='1.0'?><osm/>", "xml"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"\x1f\x8b\x08\x00" + bytes(40), "gzip"),
        (b"PK\x03\x04" + bytes(40), "zip"),
        (b"numero;rue;ville\n", "unknown"),
        (b"ab", "unknown"),
    ],
)
def test_another_kind_of_file_is_recognised(tmp_path: Path, content: bytes, looks: str) -> None:
    """The usual mistakes are told by name."""
    other = tmp_path / "other.osm.pbf"
    other.write_bytes(content)

    error = refusal(other)

    assert error.code == "pbf_not_pbf"
    assert error.defects[0].args["looks"] == looks


def test_missing_and_empty_files(tmp_path: Path) -> None:
    """A wrong path and an empty download are told apart."""
    empty = tmp_path / "empty.osm.pbf"
    empty.touch()

    assert refusal(tmp_path / "absent.osm.pbf").code == "pbf_missing"
    assert refusal(empty).code == "pbf_empty"
