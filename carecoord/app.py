"""
Builds the Litestar application for the web process: settings in, ASGI app out.

`granian --interface asgi --factory carecoord.app:application` starts it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.logging import LoggingConfig
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord import __version__
from carecoord.api import routes as api_routes
from carecoord.api.errors import problem, status_of
from carecoord.db.engine import create_engine
from carecoord.kernel.clock import Clock, SystemClock
from carecoord.kernel.errors import Defect, Invalid
from carecoord.settings import Settings, load_settings
from carecoord.web import routes as web_routes
from carecoord.web.errors import error_page
from carecoord.web.security import FormCsrf, ResponseHeaders, csrf_config
from carecoord.web.static_files import Assets, static_routers
from carecoord.web.templating import template_config
from carecoord.wiring import constraints, sealing

API_PATH = "/api"
# A form carries a little more than the file itself: names of fields, boundaries.
FORM_MARGIN_BYTES = 64_000

log = logging.getLogger(__name__)


def application() -> Litestar:
    """The application of this process, from the environment; what servers are pointed at."""
    return create_app(load_settings())


def create_app(
    settings: Settings, *, engine: AsyncEngine | None = None, clock: Clock | None = None
) -> Litestar:
    """
    Build the application.

    `app.state` holds `settings`, `clock` and, once started when a database is named, `engine`.

    Args:
        engine: database as the application role; made from `app_database_url` when absent,
            and then closed with the application.
        clock: the machine's by default.

    Raises:
        RuntimeError: styles and scripts were not built.
    """
    assets = Assets()
    constraints.connect()
    sealing.connect(settings)
    return Litestar(
        route_handlers=[
            *static_routers(),
            Router(path="/", route_handlers=list(web_routes.ROUTES), include_in_schema=False),
            Router(path=API_PATH, route_handlers=list(api_routes.ROUTES)),
        ],
        state=State({"settings": settings, "clock": clock or SystemClock(), "engine": engine}),
        lifespan=[_database(settings, engine)],
        middleware=[DefineMiddleware(FormCsrf, config=csrf_config(settings))],
        before_send=[ResponseHeaders(settings)],
        exception_handlers={Exception: answer_error},
        template_config=template_config(settings, assets),
        compression_config=compression(),
        openapi_config=openapi_config(),
        request_max_body_size=settings.import_limit_bytes + FORM_MARGIN_BYTES,
        logging_config=logging_config(settings),
    )


def openapi_config() -> OpenAPIConfig:
    """
    OpenAPI 3.1 at `/api/schema/openapi.json`.

    No viewer: those of the framework load scripts from elsewhere, which our policy refuses.
    """
    return OpenAPIConfig(
        title="carecoord",
        version=__version__,
        path=f"{API_PATH}/schema",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
    )


def compression() -> CompressionConfig:
    """
    Compress pages and styles; fonts and pictures are compressed already.

    Compressing pages that hold a form token is safe because our cookies are `SameSite=Lax`:
    another site cannot ask for such pages again and again on a person's behalf.
    """
    return CompressionConfig(
        backend="gzip", gzip_compress_level=5, minimum_size=1024, exclude=[r"\.woff2?$", r"\.png$"]
    )


def logging_config(settings: Settings) -> LoggingConfig:
    """
    One line an event on standard error.

    No request body, cookie, query string or address of a person is ever logged; errors are
    logged by `answer_error`, with the route's pattern rather than the path asked for.
    """
    return LoggingConfig(
        root={"level": settings.log_level, "handlers": ["console"]},
        handlers={"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        # Addresses asked of road servers hold people's coordinates.
        loggers={"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
        formatters={"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        log_exceptions="never",
    )


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Turn an exception into a problem document (programs) or a page (people); log bugs."""
    reference = ""
    if isinstance(error, OverflowError):
        # A date or a number at the end of what can be counted: what was sent is at fault.
        log.warning(
            "overflow on %s %s", request.method, request.scope.get("path_template") or "unknown route"
        )
        error = Invalid([Defect(code="value_refused", where="", why="a date or a number is out of reach")])
    status = status_of(error)
    if status >= 500:
        reference = secrets.token_hex(4)
        pattern = request.scope.get("path_template") or "unknown route"
        log.error("error %s on %s %s", reference, request.method, pattern, exc_info=error)
    path = request.url.path
    if path == API_PATH or path.startswith(f"{API_PATH}/"):
        return problem(error, instance=path, reference=reference)
    return error_page(request, error, status=status, reference=reference)


def _database(
    settings: Settings, engine: AsyncEngine | None
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """Opens the pool of connections with the application and closes it with it."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        if engine is not None or settings.app_database_url is None:
            yield
            return
        own = create_engine(
            settings.app_database_url, pool_size=settings.database_pool_size, name="carecoord web"
        )
        app.state.engine = own
        try:
            yield
        finally:
            await own.dispose()

    return lifespan
