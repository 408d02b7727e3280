"""
Load every feature's rows, for the tools that look at the whole schema.

The only place where `db` reaches up, and by name: migrations, the drift check and the
check of policies must not depend on somebody remembering to list a new feature.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil

from sqlalchemy.orm import configure_mappers

import carecoord


def load_tables() -> list[str]:
    """Import `carecoord.<feature>.tables` wherever it exists; return the module names, sorted."""
    loaded = []
    for package in sorted(pkgutil.iter_modules(carecoord.__path__), key=lambda found: found.name):
        name = f"carecoord.{package.name}.tables"
        if package.ispkg and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
            loaded.append(name)
    configure_mappers()
    return loaded
