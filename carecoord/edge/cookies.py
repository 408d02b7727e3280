"""
Flags and names of the cookies we set, and the one that opens a session.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

import msgspec
from litestar.datastructures import Cookie

from carecoord.settings import Settings


class CookiePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """
    Flags of every cookie we set.

    Args:
        secure: sent over HTTPS only; true as soon as the public address is HTTPS.
        prefix: `__Host-` over HTTPS, which ties the cookie to this very host.
    """

    secure: bool
    prefix: str
    httponly: bool = True
    samesite: Literal["lax"] = "lax"
    path: str = "/"

    def name(self, plain: str) -> str:
        """Full name of a cookie: `carecoord-session` or `__Host-carecoord-session`."""
        return f"{self.prefix}carecoord-{plain}"


def cookie_policy(settings: Settings) -> CookiePolicy:
    """Cookie flags for the address people type."""
    secure = urlsplit(settings.public_url).scheme == "https"
    return CookiePolicy(secure=secure, prefix="__Host-" if secure else "")


def session_cookie(settings: Settings, secret: str) -> Cookie:
    """The cookie of a session just opened; it lasts as long as the session may."""
    return _session_cookie(settings, secret, settings.session_lifetime_s)


def ended_session_cookie(settings: Settings) -> Cookie:
    """The cookie that takes the former one away."""
    return _session_cookie(settings, "", 0)


def _session_cookie(settings: Settings, value: str, max_age_s: int) -> Cookie:
    policy = cookie_policy(settings)
    return Cookie(
        key=policy.name("session"),
        value=value,
        max_age=max_age_s,
        httponly=policy.httponly,
        secure=policy.secure,
        samesite=policy.samesite,
        path=policy.path,
    )
