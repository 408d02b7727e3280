"""
Use cases on usual aides: who came lately before carecoord made the rounds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from carecoord.beneficiaries.service import person_ids
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import PERSON_READ, PERSON_WRITE
from carecoord.kernel.actor import Actor
from carecoord.rosters.store import past
from carecoord.rosters.store import usual as store
from carecoord.workforce.service import aide_ids


async def usual_aides(uow: UnitOfWork, actor: Actor) -> dict[UUID, dict[UUID, int]]:
    """
    Person -> aide -> recent visits.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    usual: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for pair in await past.continuity(uow.session):
        usual[pair.person_id][pair.aide_id] = pair.visits
    return dict(usual)


async def usual_aides_of(uow: UnitOfWork, actor: Actor, person_id: UUID) -> dict[UUID, int]:
    """
    Aide -> recent visits to one person.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    pairs = await past.continuity_of(uow.session, person_id)
    return {pair.aide_id: pair.visits for pair in pairs if pair.visits > 0}


async def set_usual_aides(uow: UnitOfWork, actor: Actor, usual: Mapping[str, Mapping[str, int]]) -> None:
    """
    Say who usually comes; pairs that are not named stay as they are.

    Args:
        usual: person reference -> aide reference -> recent visits; references that do not
            exist are left out (imports refuse them before).

    Raises:
        Refused: the actor lacks `person:write`.
    """
    actor.require(PERSON_WRITE)
    people = await person_ids(uow, actor, list(usual))
    aides = await aide_ids(uow, actor, sorted({name for pairs in usual.values() for name in pairs}))
    pairs = [
        (people[person], aides[aide], visits)
        for person, named in usual.items()
        for aide, visits in named.items()
        if person in people and aide in aides
    ]
    if pairs:
        await store.put(uow.session, actor.organisation_id, pairs)
