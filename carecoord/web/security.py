"""
Security of pages: content-security policy, other headers, CSRF token, cookie flags.

Scripts and styles come from our own files; an inline one must carry the response's nonce.
Style attributes are refused, so places on the board are classes (see styles/slots.css).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from litestar.config.csrf import CSRFConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import Message, Receive, Scope, Send

from carecoord.edge.cookies import cookie_policy
from carecoord.settings import Settings, secret_key

NONCE_KEY = "carecoord_csp_nonce"
STATIC_PATH = "/static"

FIXED_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def csp_nonce(scope: Scope) -> str:
    """The response's nonce, made when first asked for; 128 random bits."""
    if NONCE_KEY not in scope["state"]:
        scope["state"][NONCE_KEY] = secrets.token_urlsafe(16)
    return str(scope["state"][NONCE_KEY])


def tile_origin(tile_url: str) -> str:
    """Scheme and host that map tiles come from; empty when there are none or they are ours."""
    parts = urlsplit(tile_url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    # Several mirrors are written {s}.example.org: only a star can stand for them in a policy.
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"


def content_security_policy(*, tiles: str, nonce: str | None, https: bool) -> str:
    """
    The policy of one response.

    Args:
        tiles: origin of map tiles, may be empty.
        nonce: allows the inline scripts and styles that carry it; `None` when there are none.
        https: whether browsers must turn plain addresses into secure ones.
    """
    own = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    directives = [
        "default-src 'self'",
        f"script-src {own}",
        f"style-src {own}",
        f"img-src 'self' data: {tiles}".rstrip(),
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    if https:
        directives.append("upgrade-insecure-requests")
    return "; ".join(directives)


class ResponseHeaders:
    """Adds the security headers to every response, whoever made it (an ASGI `before_send` hook)."""

    def __init__(self, settings: Settings) -> None:
        self._tiles = tile_origin(settings.tile_url)
        self._https = cookie_policy(settings).secure

    async def __call__(self, message: Message, scope: Scope) -> None:
        """Set the headers when the response starts."""
        if message["type"] != "http.response.start" or scope["type"] != ScopeType.HTTP:
            return
        headers = MutableScopeHeaders.from_message(message)
        for name, value in FIXED_HEADERS.items():
            headers[name] = value
        headers["content-security-policy"] = content_security_policy(
            tiles=self._tiles, nonce=scope["state"].get(NONCE_KEY), https=self._https
        )
        if self._https:
            headers["strict-transport-security"] = "max-age=31536000"
        if "cache-control" not in headers:
            # Pages show people's days and needs: neither proxies nor the disk keep them.
            headers["cache-control"] = "no-store"


class FormCsrf(CSRFMiddleware):
    """
    Signed double-submit token, asked of every unsafe request except programs'.

    A request with a bearer token needs none: another site can make a browser send our
    cookies, never an `Authorization` header.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let programs through; check the rest."""
        if scope["type"] == ScopeType.HTTP and _is_bearer(scope):
            await self.app(scope, receive, send)
            return
        if scope["type"] == ScopeType.HTTP:
            self._forget_unknown_token(scope)
        await super().__call__(scope, receive, send)

    def _forget_unknown_token(self, scope: Scope) -> None:
        """
        Take off the cookie of a token that our key did not sign.

        The base class gives a token to browsers that have none: one signed by an earlier key
        would stay in its cookie, and every form be refused for as long as the browser runs.
        """
        mark = f"{self.config.cookie_name}=".encode()
        headers = []
        for name, value in scope["headers"]:
            if name == b"cookie" and mark in value:
                kept = [
                    part
                    for part in (piece.strip() for piece in value.split(b";"))
                    if not part.startswith(mark)
                    or self._decode_csrf_token(part.removeprefix(mark).decode("latin-1")) is not None
                ]
                headers.append((name, b"; ".join(kept)))
            else:
                headers.append((name, value))
        scope["headers"] = headers


def _is_bearer(scope: Scope) -> bool:
    return any(
        name == b"authorization" and value[:7].lower() == b"bearer " for name, value in scope["headers"]
    )


def csrf_config(settings: Settings) -> CSRFConfig:
    """
    Forms carry the token in `_csrf_token`, scripts in the header `x-csrftoken`.

    The key is derived, so that the secret key itself signs nothing.
    """
    policy = cookie_policy(settings)
    key = hmac.new(secret_key(settings).encode(), b"carecoord csrf", hashlib.sha256).hexdigest()
    return CSRFConfig(
        secret=key,
        cookie_name=policy.name("csrf"),
        cookie_secure=policy.secure,
        cookie_httponly=policy.httponly,
        cookie_samesite=policy.samesite,
        # Files kept by caches must not come with somebody's cookie.
        exclude=[f"^{STATIC_PATH}/"],
    )
