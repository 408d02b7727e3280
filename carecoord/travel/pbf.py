"""
Reads an OpenStreetMap PBF file block by block, to refuse a damaged one with what is wrong and where.

Format: https://wiki.openstreetmap.org/wiki/PBF_Format (big-endian length, BlobHeader, Blob; protobuf inside).
"""

import hashlib
import lzma
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec

from carecoord.kernel.errors import Defect, Invalid

_MAX_HEADER_BYTES = 64 * 1024
_MAX_BLOB_BYTES = 32 * 1024 * 1024
_NANODEGREES = 1_000_000_000
_KNOWN_FEATURES = frozenset({"OsmSchema-V0.6", "DenseNodes", "HistoricalInformation"})
_LOOKALIKES = (
    (b"<?xml", "xml"),
    (b"<osm", "xml"),
    (b"<!DOC", "html"),
    (b"<html", "html"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
)


class PbfSummary(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a sound file says of itself.

    Args:
        bbox: west, south, east, north in degrees; None when the file does not say.
        timestamp: instant of the data; None when the file does not say.
        has_relations: false in a file that may have lost its end at a block boundary.
    """

    size_bytes: int
    sha256: str
    blocks: int
    bbox: tuple[float, float, float, float] | None
    timestamp: datetime | None
    has_relations: bool


class _Block(msgspec.Struct, frozen=True):
    number: int
    offset: int
    kind: str
    blob: bytes


def inspect_pbf(path: Path) -> PbfSummary:
    """
    Walk the whole file: every length, every checksum of a compressed block, header first, ways present.

    Raises:
        Invalid: `pbf_missing`, `pbf_empty`, `pbf_not_pbf`, `pbf_truncated`, `pbf_corrupt`,
            `pbf_unsupported` or `pbf_no_ways`, with block number and byte offset.
    """
    if not path.is_file():
        raise _refusal(path, "pbf_missing", "no such file")
    size = path.stat().st_size
    if size == 0:
        raise _refusal(path, "pbf_empty", "the file is empty")
    digest = hashlib.sha256()
    header = b""
    groups: set[int] = set()
    blocks = 0
    with path.open("rb") as stream:
        for block in _blocks(path, stream, size, digest):
            content = _content(path, block)
            try:
                if block.kind == "OSMHeader":
                    header = content
                elif block.kind == "OSMData":
                    groups |= _group_kinds(content)
            except (ValueError, IndexError) as error:
                raise _damage(path, block.number, block.offset, "unreadable content") from error
            blocks += 1
    if 3 not in groups:  # PrimitiveGroup.ways
        raise _refusal(path, "pbf_no_ways", "the file holds no way, so no road", blocks=blocks)
    try:
        bbox, timestamp = _read_header(path, header)
    except (ValueError, IndexError) as error:
        raise _damage(path, 1, 0, "unreadable content") from error
    return PbfSummary(
        size_bytes=size,
        sha256=digest.hexdigest(),
        blocks=blocks,
        bbox=bbox,
        timestamp=timestamp,
        has_relations=4 in groups,
    )


def _blocks(path: Path, stream: IO[bytes], size: int, digest: "hashlib._Hash") -> Iterator[_Block]:
    offset = number = 0
    while offset < size:
        number += 1
        prefix = stream.read(4)
        length = struct.unpack(">I", prefix)[0] if len(prefix) == 4 else 0
        if number == 1:
            _check_first(path, stream, prefix, length)
        if len(prefix) < 4:
            raise _truncation(path, number, offset, size)
        if not 0 < length <= _MAX_HEADER_BYTES:
            raise _damage(path, number, offset, "impossible header length")
        head = stream.read(length)
        if len(head) < length:
            raise _truncation(path, number, offset, size)
        try:
            fields = dict(_fields(head))
            kind, blob_bytes = _text(fields.get(1)), fields.get(3)
        except (ValueError, IndexError) as error:
            raise _damage(path, number, offset, "unreadable header") from error
        if not isinstance(blob_bytes, int) or not 0 <= blob_bytes <= _MAX_BLOB_BYTES:
            raise _damage(path, number, offset, "impossible block length")
        blob = stream.read(blob_bytes)
        if len(blob) < blob_bytes:
            raise _truncation(path, number, offset, size)
        for part in (prefix, head, blob):
            digest.update(part)
        yield _Block(number, offset, kind, blob)
        offset += 4 + length + blob_bytes


def _check_first(path: Path, stream: IO[bytes], prefix: bytes, length: int) -> None:
    start = prefix + stream.read(16)
    stream.seek(4)
    if b"OSMHeader" in start and 0 < length <= _MAX_HEADER_BYTES:
        return
    looks = next((kind for magic, kind in _LOOKALIKES if start.startswith(magic)), "unknown")
    raise _refusal(path, "pbf_not_pbf", f"not an OpenStreetMap PBF file (looks like: {looks})", looks=looks)


def _content(path: Path, block: _Block) -> bytes:
    try:
        fields = dict(_fields(block.blob))
        expected = fields.get(2)
        if isinstance(raw := fields.get(1), bytes):
            return raw
        if isinstance(packed := fields.get(3), bytes):
            content = zlib.decompress(packed)
        elif isinstance(packed := fields.get(4), bytes):
            content = lzma.decompress(packed)
        else:
            why = f"block {block.number} uses a compression that is not supported"
            raise _refusal(path, "pbf_unsupported", why, block=block.number, offset=block.offset)
    except (zlib.error, lzma.LZMAError, ValueError, IndexError) as error:
        raise _damage(path, block.number, block.offset, "wrong checksum or content") from error
    if expected != len(content):
        raise _damage(path, block.number, block.offset, "wrong uncompressed length")
    return content


def _group_kinds(content: bytes) -> set[int]:
    """Field numbers of the primitive groups of a block: 1 nodes, 2 dense nodes, 3 ways, 4 relations."""
    return {
        next(_fields(group), (0, 0))[0]
        for number, group in _fields(content)
        if number == 2 and isinstance(group, bytes)
    }


def _read_header(
    path: Path, header: bytes
) -> tuple[tuple[float, float, float, float] | None, datetime | None]:
    features = {_text(value) for number, value in _fields(header) if number == 4}
    if unknown := features - _KNOWN_FEATURES:
        why = f"the file requires {', '.join(sorted(unknown))}"
        raise _refusal(path, "pbf_unsupported", why, block=1, offset=0)
    fields = dict(_fields(header))
    bbox = None
    if isinstance(box := fields.get(1), bytes):
        side = {
            number: _signed(value) / _NANODEGREES for number, value in _fields(box) if isinstance(value, int)
        }
        if side.keys() >= {1, 2, 3, 4}:
            bbox = (side[1], side[4], side[2], side[3])
    seconds = fields.get(32)
    timestamp = datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) and seconds else None
    return bbox, timestamp


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """
    Fields of a protobuf message: varints as integers, the rest as bytes.

    Raises:
        ValueError: the message is cut or uses an unknown wire type.
    """
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, position = _varint(message, position)
            yield number, value
            continue
        if wire == 2:
            length, position = _varint(message, position)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError(f"wire type {wire}")
        if position + length > len(message):
            raise ValueError("field longer than its message")
        yield number, message[position : position + length]
        position += length


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise ValueError("number longer than 64 bits")


def _signed(value: int) -> int:
    """Undo the zigzag of a protobuf sint64."""
    return (value >> 1) ^ -(value & 1)


def _text(value: int | bytes | None) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else ""


def _truncation(path: Path, number: int, offset: int, size: int) -> Invalid:
    why = f"truncated: block {number} starts at byte {offset} and the file ends at byte {size}"
    return _refusal(path, "pbf_truncated", why, block=number, offset=offset, size=size)


def _damage(path: Path, number: int, offset: int, what: str) -> Invalid:
    why = f"corrupt: block {number} at byte {offset}: {what}"
    return _refusal(path, "pbf_corrupt", why, block=number, offset=offset)


def _refusal(path: Path, code: str, why: str, **args: str | int) -> Invalid:
    defect = Defect(
        code=code,
        where=path.name,
        why=why,
        fix="download the extract again",
        args={"file": path.name, **args},
    )
    return Invalid([defect], code=code)
