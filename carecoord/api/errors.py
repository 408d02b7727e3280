"""
Errors as problem documents (RFC 9457), for programs: stable code, all defects at once.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import Response
from litestar.exceptions import HTTPException

from carecoord.kernel.errors import DomainError, Invalid

MEDIA_TYPE = "application/problem+json"
CHALLENGE = 'Bearer realm="carecoord"'
STATUS_BY_MEANING = {
    "not_found": 404,
    "refused": 403,
    "conflict": 409,
    "invalid": 422,
    "unavailable": 503,
}
"""The only table from meanings to HTTP status; pages use it too."""


def status_of(error: Exception) -> int:
    """HTTP status of an exception; 500 for a bug."""
    if isinstance(error, DomainError):
        return STATUS_BY_MEANING.get(error.meaning, 500)
    return error.status_code if isinstance(error, HTTPException) else 500


def problem(error: Exception, *, instance: str, reference: str = "") -> Response[dict[str, Any]]:
    """
    The problem document of an exception.

    Args:
        instance: path that was asked for.
        reference: of the log's entry, for errors that are bugs; their text is not shown.
    """
    status, code, detail = _facts(error)
    document: dict[str, Any] = {
        "type": f"urn:carecoord:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "instance": instance,
    }
    if detail:
        document["detail"] = detail
    if reference:
        document["reference"] = reference
    if isinstance(error, Invalid):
        document["defects"] = [
            {"code": defect.code, "where": defect.where, "why": defect.why, "fix": defect.fix}
            for defect in error.defects
        ]
    elif isinstance(error, HTTPException) and status < 500 and error.extra:
        document["defects"] = _shape_defects(error.extra)
    return Response(document, status_code=status, media_type=MEDIA_TYPE, headers=_headers(error, status))


def _headers(error: Exception, status: int) -> dict[str, str]:
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers.setdefault("WWW-Authenticate", CHALLENGE)
    return headers


def _shape_defects(extra: dict[str, Any] | list[Any]) -> list[dict[str, str]]:
    """What the framework found wrong with parameters or a body, as our own defects."""
    found = extra if isinstance(extra, list) else [extra]
    return [
        {
            "code": "shape",
            "where": str(item.get("key", "")) if isinstance(item, dict) else "",
            "why": str(item.get("message", item)) if isinstance(item, dict) else str(item),
            "fix": "",
        }
        for item in found
    ]


def _facts(error: Exception) -> tuple[int, str, str]:
    """Status, code and sentence."""
    if isinstance(error, DomainError):
        return status_of(error), error.code, error.message
    if isinstance(error, HTTPException) and error.status_code < 500:
        return error.status_code, HTTPStatus(error.status_code).name.lower(), error.detail
    return 500, "internal_error", ""
