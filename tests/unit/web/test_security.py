"""
Content-security policy, headers and cookie flags.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from carecoord.settings import Settings
from carecoord.web.security import content_security_policy, cookie_policy, tile_origin


def settings(public_url: str) -> Settings:
    """Settings that differ by the address people type."""
    return Settings(home=Path("home"), roads_folder=Path("roads"), secret_key="s" * 40, public_url=public_url)


def test_policy_without_nonce() -> None:
    """Everything comes from us, pictures from the tile server too, and nothing inline is allowed."""
    policy = content_security_policy(tiles="https://tiles.example.org", nonce=None, https=False)

    assert policy == (
        "default-src 'self'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data: https://tiles.example.org; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def test_policy_with_nonce_over_https() -> None:
    """A nonce allows what carries it; HTTPS asks browsers to stay on it."""
    policy = content_security_policy(tiles="", nonce="abc", https=True)

    assert "script-src 'self' 'nonce-abc'; style-src 'self' 'nonce-abc'; img-src 'self' data:;" in policy
    assert policy.endswith("; upgrade-insecure-requests")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://data.example.org/wmts?z={z}&x={x}&y={y}", "https://data.example.org"),
        ("https://{s}.tiles.example.org/{z}/{x}/{y}.png", "https://*.tiles.example.org"),
        ("/tiles/{z}/{x}/{y}.png", ""),
        ("", ""),
    ],
)
def test_tile_origin(url: str, expected: str) -> None:
    """Only the tile server's origin is allowed, not its whole address."""
    assert tile_origin(url) == expected


def test_cookies_over_http_and_https() -> None:
    """Over HTTPS a cookie is tied to this host and never sent in the clear."""
    plain, secure = cookie_policy(settings("http://127.0.0.1:8000")), cookie_policy(settings("https://a.fr"))

    assert (plain.name("session"), plain.secure) == ("carecoord-session", False)
    assert (secure.name("session"), secure.secure) == ("__Host-carecoord-session", True)
    assert plain.httponly
    assert plain.samesite == "lax"
