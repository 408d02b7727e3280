"""
Use cases on communes. The reference is the same for everybody: no actor, no permission.
"""

from collections.abc import Collection

from carecoord.db.uow import UnitOfWork
from carecoord.kernel.errors import NotFound
from carecoord.territory import store
from carecoord.territory.catalogue import LIST_NAME, list_digest, read_catalogue
from carecoord.territory.domain import Commune, LoadReport
from carecoord.territory.names import name_key

SEARCH_LIMIT = 20


async def load_communes(uow: UnitOfWork) -> LoadReport:
    """
    Make the database hold the shipped list of communes; run after each migration.

    Costs one small query when it holds that list already. A code that left the list stays, marked as past.
    """
    digest = list_digest()
    communes = []
    changed = await store.lock_list(uow, LIST_NAME) != digest
    if changed:
        communes = read_catalogue()
        await store.replace_list(uow, communes, name=LIST_NAME, digest=digest)
    return LoadReport(communes=len(communes), changed=changed)


async def get_commune(uow: UnitOfWork, code: str) -> Commune:
    """
    The commune of an INSEE code, which a postcode never is.

    Raises:
        NotFound: `commune_unknown`.
    """
    found = await store.by_codes(uow, [code.strip().upper()])
    if not found:
        raise NotFound("commune_unknown", f"no commune of code {code}", insee=code)
    return found[0]


async def communes_by_code(uow: UnitOfWork, codes: Collection[str]) -> dict[str, Commune]:
    """Communes by code, in one statement; unknown codes are absent."""
    if not codes:
        return {}
    return {commune.code: commune for commune in await store.by_codes(uow, set(codes))}


async def communes_of_postcode(uow: UnitOfWork, postcode: str) -> list[Commune]:
    """
    Every commune that a postcode may mean, largest first, for a person to choose from.

    Even a list of one is a proposal: the postcode of a delivery office may serve an address next door.
    """
    return await store.by_postcode(uow, postcode.strip())


async def search_communes(uow: UnitOfWork, text: str, limit: int = SEARCH_LIMIT) -> list[Commune]:
    """Communes whose name starts as typed, accents and articles aside, largest first."""
    key = name_key(text)
    return await store.by_name_prefix(uow, key, limit=limit) if key else []
