"""
`carecoord roads`, as typed.
"""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from carecoord.cli.roads import roads


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, and no server configured."""
    for name in ("CARECOORD_OSRM_URL", "CARECOORD_VALHALLA_URL", "CARECOORD_ROADS_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CARECOORD_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(roads, list(arguments))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="osrm-bindings has no wheel below Python 3.12")
def test_build_list_ask_remove(home: Path, osm: Path) -> None:
    """A network is prepared, shown with its attribution, answers, and goes."""
    built = run("build", str(osm / "paris-marais-extract.osm.pbf"), "--profiles", "foot")
    listed = run("list")
    asked = run("ask", "48.86034,2.37503", "48.86664,2.35963", "--mode", "foot")
    name = next((home / "roads").glob("paris-*")).name
    removed = run("remove", name)

    assert (built.exit_code, listed.exit_code, asked.exit_code, removed.exit_code) == (0, 0, 0, 0)
    assert "prêt et en service" in built.output
    assert f"* {name}" in listed.output
    assert "© les contributeurs d'OpenStreetMap, ODbL 1.0" in listed.output
    assert "réseau routier embarqué (à pied)" in asked.output
    assert "1 → 2 : 19 min, 1,6 km" in asked.output
    assert "Aucun réseau routier n'est préparé" in run("list").output


def test_without_a_network_travel_is_estimated(home: Path) -> None:
    """The answer says that it is an estimate."""
    asked = run("ask", "48.86034,2.37503", "48.86664,2.35963")

    assert asked.exit_code == 0
    assert "estimation à vol d'oiseau (voiture)" in asked.output
    assert not home.exists()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="osrm-bindings has no wheel below Python 3.12")
def test_a_truncated_file_is_refused_in_french(home: Path, osm: Path, tmp_path: Path) -> None:
    """What and where, exit status 1, nothing left."""
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes((osm / "paris-marais-extract.osm.pbf").read_bytes()[:50_000])

    refused = run("build", str(cut))

    assert refused.exit_code == 1
    assert "Erreur : Le fichier cut.osm.pbf est tronqué : le bloc" in refused.output
    assert "(octet 50000)" in refused.output
    assert not home.exists()


def test_an_old_python_is_told_what_it_needs(home: Path, osm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheel, the sentence says which Python and what else can be done."""
    monkeypatch.setattr("carecoord.travel.road_files.find_spec", lambda _: None)

    refused = run("build", str(osm / "paris-marais-extract.osm.pbf"))

    assert refused.exit_code == 1
    assert "Python 3.12" in refused.output
    assert "CARECOORD_OSRM_URL" in refused.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["build", "absent.osm.pbf", "--profiles", "plane"], "Mode inconnu : « plane »"),
        (["use", "nulle-part"], "Aucun réseau ne porte le nom « nulle-part »"),
        (["remove", "nulle-part"], "Aucun réseau ne porte le nom « nulle-part »"),
        (["ask", "48,86;2,37"], "Chaque point s'écrit LAT,LON"),
    ],
)
def test_mistakes_are_told_in_french(home: Path, arguments: list[str], sentence: str) -> None:
    """A wrong mode, an unknown network, a point written otherwise."""
    refused = run(*arguments)

    assert refused.exit_code == 1
    assert sentence in refused.output
