"""
Settings: defaults, types, and all defects at once.
"""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from carecoord.kernel.errors import Invalid
from carecoord.settings import IGN_PLAN_TILES, default_home, load_settings, secret_key


def test_defaults_follow_the_xdg_data_folder() -> None:
    """Nothing given: the XDG data folder, the embedded server, loopback, Plan IGN."""
    settings = load_settings({"XDG_DATA_HOME": "/data/me"})

    assert settings.home == Path("/data/me/carecoord")
    assert settings.roads_folder == Path("/data/me/carecoord/roads")
    assert (settings.database_url, settings.bind_host, settings.bind_port) == (None, "127.0.0.1", 8000)
    assert settings.tile_url == IGN_PLAN_TILES


def test_home_without_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without XDG_DATA_HOME: the folder each system means for data."""
    monkeypatch.setattr(Path, "home", lambda: Path("/people/camille"))

    assert default_home({}) == Path("/people/camille/.local/share/carecoord")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert default_home({}) == Path("/people/camille/Library/Application Support/carecoord")


def test_reads_every_kind_of_value() -> None:
    """Numbers, paths and texts are converted; empty variables count as absent."""
    settings = load_settings(
        {
            "CARECOORD_HOME": "/srv/care",
            "CARECOORD_BIND_PORT": "9000",
            "CARECOORD_OSRM_URL": "http://routes.exemple.fr",
            "CARECOORD_ROADS_FOLDER": "/srv/roads",
            "CARECOORD_VALHALLA_URL": "",
            "PATH": "/bin",
        }
    )

    assert (settings.home, settings.bind_port) == (Path("/srv/care"), 9000)
    assert (settings.osrm_url, settings.valhalla_url) == ("http://routes.exemple.fr", None)
    assert settings.roads_folder == Path("/srv/roads")


def test_lists_unknown_names_and_wrong_types_together() -> None:
    """An unknown setting and a number that is none are told in one go."""
    with pytest.raises(Invalid) as caught:
        load_settings({"CARECOORD_BIND_PROT": "1", "CARECOORD_BIND_PORT": "many"})

    found = {(defect.where, defect.code) for defect in caught.value.defects}
    assert found == {("CARECOORD_BIND_PROT", "setting_unknown"), ("CARECOORD_BIND_PORT", "setting_type")}


def test_lists_unusable_values_together() -> None:
    """Values of the right type that cannot work are told in one go."""
    with pytest.raises(Invalid) as caught:
        load_settings(
            {
                "CARECOORD_DATABASE_URL": "mysql://me@here/care",
                "CARECOORD_APP_DATABASE_URL": "postgresql://app:x@here/care",
                "CARECOORD_OSRM_URL": "ftp://routes",
                "CARECOORD_TILE_URL": "https://tiles/{z}/{x}",
                "CARECOORD_SECRET_KEY": "short",
                "CARECOORD_WORKER_HEARTBEAT_TIMEOUT_S": "1",
            }
        )

    assert {defect.where.removeprefix("CARECOORD_") for defect in caught.value.defects} == {
        "DATABASE_URL",
        "OSRM_URL",
        "TILE_URL",
        "SECRET_KEY",
        "WORKER_HEARTBEAT_TIMEOUT_S",
    }


def test_database_url_without_password_needs_the_second_url() -> None:
    """The application role's password cannot be derived from nothing."""
    with pytest.raises(Invalid) as caught:
        load_settings({"CARECOORD_DATABASE_URL": "postgresql://owner@db.exemple.fr/care"})

    assert [defect.where for defect in caught.value.defects] == ["CARECOORD_APP_DATABASE_URL"]


def test_secret_key_is_made_once_and_closed(tmp_path: Path) -> None:
    """A key is made at first need, kept, and readable by its owner alone."""
    settings = load_settings({"CARECOORD_HOME": str(tmp_path / "home")})

    first, second = secret_key(settings), secret_key(settings)

    assert first == second
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "home" / "secret.key").stat().st_mode) == 0o600


def test_given_secret_key_is_used(tmp_path: Path) -> None:
    """A key that is given is taken, and no file is written."""
    settings = load_settings({"CARECOORD_HOME": str(tmp_path), "CARECOORD_SECRET_KEY": "k" * 40})

    assert secret_key(settings) == "k" * 40
    assert list(tmp_path.iterdir()) == []
