"""
The shipped list of communes.
"""

import pytest

from carecoord.kernel.geo import Density, great_circle_m
from carecoord.territory.catalogue import read_catalogue
from carecoord.territory.domain import Commune, CommuneKind


@pytest.fixture(scope="module")
def communes() -> dict[str, Commune]:
    """The whole list by code."""
    return {commune.code: commune for commune in read_catalogue()}


def test_the_list_is_whole(communes: dict[str, Commune]) -> None:
    """34,969 communes of 2026 and 45 arrondissements, each with its own code."""
    kinds = [commune.kind for commune in communes.values()]

    assert kinds.count(CommuneKind.COMMUNE) == 34_969
    assert kinds.count(CommuneKind.ARRONDISSEMENT) == 45


def test_corsican_codes_have_letters(communes: dict[str, Commune]) -> None:
    """Ajaccio is 2A004; its postcode 20000 is no code of a commune."""
    assert communes["2A004"].name == "Ajaccio"
    assert communes["2A004"].department == "2A"
    assert "20000" not in communes


def test_the_communes_of_the_demonstration(communes: dict[str, Commune]) -> None:
    """A dense one, and two rural ones."""
    assert (communes["91114"].name, communes["91114"].density) == ("Brunoy", Density.DENSE)
    assert (communes["77431"].name, communes["77431"].density) == ("Saint-Pierre-lès-Nemours", Density.RURAL)
    assert (communes["77100"].name, communes["77100"].density) == ("Le Châtelet-en-Brie", Density.RURAL)


def test_an_arrondissement_takes_the_centre_of_its_city(communes: dict[str, Commune]) -> None:
    """The list has no centre for them; the city's is better than none."""
    assert communes["75101"].centre == communes["75056"].centre
    assert communes["69381"].centre == communes["69123"].centre
    assert communes["13201"].centre == communes["13055"].centre


def test_a_commune_without_centre_takes_its_neighbours(communes: dict[str, Commune]) -> None:
    """Sannerville (14666) shares a postcode with Troarn, some kilometres away."""
    centre, neighbour = communes["14666"].centre, communes["14712"].centre

    assert centre is not None
    assert neighbour is not None
    assert great_circle_m(centre, neighbour) < 10_000
