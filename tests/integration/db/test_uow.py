"""
The unit of work: what it commits, what it undoes, whose rows it reaches.
"""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.engine import create_engine
from carecoord.db.errors import register_constraints
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.identity.constraints import CONSTRAINTS
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.errors import Conflict, Invalid, Unavailable

NEW_ENTRY = text(
    "INSERT INTO audit_entry (id, organisation_id, tag) VALUES (gen_random_uuid(), :organisation_id, :tag)"
)
TAGS = text("SELECT tag FROM audit_entry ORDER BY tag")
NEW_ACCOUNT = text(
    "INSERT INTO account (id, email, display_name, password_hash)"
    " VALUES (gen_random_uuid(), :email, 'Camille', 'none')"
)


async def tags(engine: AsyncEngine, actor: Actor | None) -> list[str]:
    """The audit tags an actor sees."""
    async with open_uow(engine, actor) as uow:
        return list((await uow.session.execute(TAGS)).scalars())


async def test_commits_at_the_end(engine: AsyncEngine, actor: Actor) -> None:
    """What is written in the block is there for the next unit of work."""
    async with open_uow(engine, actor) as uow:
        await uow.session.execute(
            NEW_ENTRY, {"organisation_id": actor.organisation_id, "tag": "person:create"}
        )

    assert await tags(engine, actor) == ["person:create"]


async def test_undoes_everything_on_error(engine: AsyncEngine, actor: Actor) -> None:
    """An exception in the block leaves nothing behind."""
    with pytest.raises(ValueError, match="stop"):
        async with open_uow(engine, actor) as uow:
            await uow.session.execute(
                NEW_ENTRY, {"organisation_id": actor.organisation_id, "tag": "person:create"}
            )
            raise ValueError("stop")

    assert await tags(engine, actor) == []


async def test_reaches_only_its_own_organisation(
    engine: AsyncEngine, actor: Actor, other_actor: Actor
) -> None:
    """The same statement shows each organisation its own rows, and nobody's without an actor."""
    for each, tag in ((actor, "first:one"), (other_actor, "second:one")):
        async with open_uow(engine, each) as uow:
            await uow.session.execute(NEW_ENTRY, {"organisation_id": each.organisation_id, "tag": tag})

    assert await tags(engine, actor) == ["first:one"]
    assert await tags(engine, other_actor) == ["second:one"]
    assert await tags(engine, None) == []


async def test_cannot_write_for_another_organisation(uow: UnitOfWork, other_actor: Actor) -> None:
    """A row of another organisation is refused by the policy."""
    with pytest.raises(DBAPIError, match="row-level security"):
        await uow.session.execute(NEW_ENTRY, {"organisation_id": other_actor.organisation_id, "tag": "x:y"})


async def test_acts_as_another_organisation_within_the_transaction(
    uow: UnitOfWork, actor: Actor, other_actor: Actor
) -> None:
    """After `act_as`, the rows reached are those of the new actor."""
    await uow.session.execute(NEW_ENTRY, {"organisation_id": actor.organisation_id, "tag": "first:one"})

    await uow.act_as(other_actor)

    assert list((await uow.session.execute(TAGS)).scalars()) == []


async def test_read_only_refuses_changes(engine: AsyncEngine, actor: Actor) -> None:
    """The database itself refuses a change in a read-only unit of work."""
    with pytest.raises(DBAPIError, match="read-only transaction"):
        async with open_uow(engine, actor, read_only=True) as uow:
            await uow.session.execute(NEW_ENTRY, {"organisation_id": actor.organisation_id, "tag": "x:y"})


async def test_names_the_broken_constraint(engine: AsyncEngine) -> None:
    """A registered constraint becomes its domain error, with its code."""
    register_constraints(CONSTRAINTS)
    with pytest.raises(Conflict) as caught:
        async with open_uow(engine, None) as uow:
            for _ in range(2):
                await uow.session.execute(NEW_ACCOUNT, {"email": "camille@exemple.fr"})

    assert caught.value.code == "email_taken"


async def test_says_unavailable_when_no_server_answers(actor: Actor) -> None:
    """A refused connection is Unavailable, not a bug."""
    engine = create_engine("postgresql://nobody:none@127.0.0.1:1/none")
    with pytest.raises(Unavailable) as caught:
        async with open_uow(engine, actor):
            pass
    await engine.dispose()

    assert caught.value.code == "database_unavailable"


async def test_now_is_the_clock_at_opening(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> None:
    """A unit of work has one instant, that of its clock when it opened."""
    async with open_uow(engine, actor, clock=clock) as uow:
        assert uow.now == clock.now()


async def test_what_is_undone_never_was_and_reading_goes_on(engine: AsyncEngine, actor: Actor) -> None:
    """After a refusal the same unit of work reads on: what was written is gone, nothing more can be."""
    async with open_uow(engine, actor) as uow:
        await uow.session.execute(
            NEW_ENTRY, {"organisation_id": actor.organisation_id, "tag": "person:create"}
        )
        with pytest.raises(DBAPIError):
            await uow.session.execute(text("SELECT 1 / 0"))
        await uow.undo()
        seen = await uow.session.scalar(text("SELECT count(*) FROM organisation"))
        with pytest.raises(DBAPIError, match="read-only"):
            await uow.session.execute(NEW_ENTRY, {"organisation_id": actor.organisation_id, "tag": "x:y"})
        await uow.undo()

    assert seen == 1
    assert await tags(engine, actor) == []


@pytest.mark.parametrize("value", ["a\0b", 2**40])
async def test_a_value_that_cannot_be_stored_is_invalid(engine: AsyncEngine, value: object) -> None:
    """A text that is none or a number too large is told as wrong input, whichever form let it pass."""
    kind = "text" if isinstance(value, str) else "integer"
    with pytest.raises(Invalid) as caught:
        async with open_uow(engine, None) as uow:
            await uow.session.execute(text(f"SELECT CAST(:value AS {kind})"), {"value": value})

    assert [defect.code for defect in caught.value.defects] == ["value_refused"]
