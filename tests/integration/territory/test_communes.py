"""
The table of communes: loaded once, searched by code, postcode and name.
"""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support.server import create_database, database_name, drop_database

from carecoord.db.embedded import EmbeddedServer
from carecoord.db.engine import create_engine
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.errors import NotFound
from carecoord.kernel.geo import Density
from carecoord.territory import service


@pytest.fixture(scope="module")
async def full_engine(server: EmbeddedServer, template: str) -> AsyncIterator[AsyncEngine]:
    """A database that holds the list, loaded once for the module."""
    name = database_name()
    database = await create_database(server, name, template=template)
    made = create_engine(database.app_url)
    async with open_uow(made, None) as work:
        await service.load_communes(work)
    yield made
    await made.dispose()
    await drop_database(server, name)


@pytest.fixture
async def loaded(full_engine: AsyncEngine) -> AsyncIterator[UnitOfWork]:
    """A unit of work on a database that holds the list."""
    async with open_uow(full_engine, None, read_only=True) as work:
        yield work


async def test_loading_twice_changes_nothing(uow: UnitOfWork) -> None:
    """The first load writes 35,014 rows, the second costs one look."""
    await uow.session.execute(text("DELETE FROM reference_list"))

    first = await service.load_communes(uow)
    second = await service.load_communes(uow)

    rows = (await uow.session.execute(text("SELECT count(*) FROM commune WHERE is_current"))).scalar_one()
    assert (first.communes, first.changed, rows) == (35_014, True, 35_014)
    assert not second.changed


async def test_a_code_that_left_the_list_stays_as_past(uow: UnitOfWork) -> None:
    """An address may carry the code of a merged commune: it is still found, but no longer proposed."""
    await uow.session.execute(text("DELETE FROM reference_list"))
    await uow.session.execute(
        text(
            "INSERT INTO commune (code, name, name_key, kind, department, region, epci, epci_name,"
            " population, postcodes, density) VALUES ('91999', 'Ancienne', 'ancienne', 'commune', '91',"
            " '11', '', '', 10, ARRAY['91800'], 'rural')"
        )
    )

    await service.load_communes(uow)

    assert not (await service.get_commune(uow, "91999")).is_current
    assert await service.search_communes(uow, "Ancienne") == []
    assert "91999" not in {found.code for found in await service.communes_of_postcode(uow, "91800")}


async def test_found_by_code(loaded: UnitOfWork) -> None:
    """Corsica included, whatever the case of the letter; a postcode is not a code."""
    brunoy = await service.get_commune(loaded, "91114")
    ajaccio = await service.get_commune(loaded, " 2a004 ")

    assert (brunoy.name, brunoy.density, brunoy.postcodes) == ("Brunoy", Density.DENSE, ("91800",))
    assert brunoy.centre is not None
    assert ajaccio.name == "Ajaccio"
    with pytest.raises(NotFound):
        await service.get_commune(loaded, "20000")


async def test_many_codes_at_once(loaded: UnitOfWork) -> None:
    """Unknown codes are absent from the answer."""
    found = await service.communes_by_code(loaded, ["91114", "77431", "99999"])

    assert {code: commune.name for code, commune in found.items()} == {
        "91114": "Brunoy",
        "77431": "Saint-Pierre-lès-Nemours",
    }
    assert await service.communes_by_code(loaded, []) == {}


async def test_a_postcode_proposes_and_never_chooses(loaded: UnitOfWork) -> None:
    """77140 covers several communes around Nemours, largest first; 20000 leads to Ajaccio."""
    around = await service.communes_of_postcode(loaded, "77140")
    corsica = await service.communes_of_postcode(loaded, "20000")

    assert around[0].name == "Nemours"
    assert "77431" in {commune.code for commune in around}
    assert [commune.code for commune in corsica] == ["2A004"]


async def test_found_by_the_start_of_a_name(loaded: UnitOfWork) -> None:
    """Typed without accent, article or hyphen; the largest first; signs of SQL patterns mean nothing."""
    saints = await service.search_communes(loaded, "st pierre les nem")
    brie = await service.search_communes(loaded, "chatelet en b")
    paris = await service.search_communes(loaded, "paris", limit=3)

    assert [commune.code for commune in saints] == ["77431"]
    assert [commune.code for commune in brie] == ["77100"]
    assert (paris[0].code, len(paris)) == ("75056", 3)
    assert await service.search_communes(loaded, "%") == []
