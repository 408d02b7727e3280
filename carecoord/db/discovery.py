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
    """Import each feature's `tables`, and its `…_tables` where it has many; return the names, sorted."""
    loaded = []
    for package in sorted(pkgutil.iter_modules(carecoord.__path__), key=lambda found: found.name):
        found = importlib.util.find_spec(f"carecoord.{package.name}") if package.ispkg else None
        places = found.submodule_search_locations if found is not None else None
        for module in pkgutil.iter_modules(places or []):
            if module.name == "tables" or module.name.endswith("_tables"):
                name = f"carecoord.{package.name}.{module.name}"
                importlib.import_module(name)
                loaded.append(name)
    configure_mappers()
    return loaded
