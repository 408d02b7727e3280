"""
Build hook: compiles the front-end with the Node.js that the build brings along.
"""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Placeholder until the front-end lands."""

    PLUGIN_NAME = "assets"
