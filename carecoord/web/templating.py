"""
Jinja set-up: strict (an unknown name is an error), escaping always on, our filters and globals.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from carecoord.settings import Settings
from carecoord.web.filters import FILTERS
from carecoord.web.security import csp_nonce
from carecoord.web.static_files import Assets

TEMPLATES = Path(__file__).parent / "templates"


def _nonce(context: Mapping[str, Any], /) -> str:
    return csp_nonce(context["request"].scope)


def environment(settings: Settings, assets: Assets) -> Environment:
    """The Jinja environment of pages."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update(FILTERS)
    jinja.globals["asset"] = assets.url
    jinja.globals["tiles"] = {"url": settings.tile_url, "attribution": settings.tile_attribution}
    return jinja


def template_config(settings: Settings, assets: Assets) -> TemplateConfig[JinjaTemplateEngine]:
    """Litestar's template engine; templates may call `csp_nonce()`, `csrf_token()` and `url_for()`."""
    engine = JinjaTemplateEngine.from_environment(environment(settings, assets))
    engine.register_template_callable("csp_nonce", _nonce)
    return TemplateConfig(instance=engine)
