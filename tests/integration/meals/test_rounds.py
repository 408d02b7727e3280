"""
Rounds of meals on a real database: planned by a child process, published, driven, told from the door.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from builders.beneficiaries import a_person_command
from builders.meals import a_subscription_command
from sqlalchemy.ext.asyncio import AsyncEngine
from support.meal_rounds import DAY, PEOPLE, a_meal_fleet, drafted_rounds, planned_rounds
from support.rosters import job_context

from carecoord.beneficiaries.domain import ConfirmReturn, DeclareStay
from carecoord.beneficiaries.service import declare_stay, person_ids, upsert_people
from carecoord.bookings.domain import Booking
from carecoord.bookings.service import replace_bookings
from carecoord.daybook.service import stays as stays_service
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock, local_instant
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.kernel.ids import new_id
from carecoord.meals.round_orders import PlanMeals
from carecoord.meals.round_tasks import plan_meals
from carecoord.meals.rounds_domain import RequestRepair, TakeTemperature, TellStop
from carecoord.meals.service.doors import take_temperature, tell_stop
from carecoord.meals.service.round_changes import pending_changes, take_changes
from carecoord.meals.service.round_runs import get_meal_run, request_repair
from carecoord.meals.service.rounds import draft_rounds, get_round, publish_rounds, readings, rounds_of
from carecoord.meals.service.subscriptions import add_subscription
from carecoord.vigilance.domain import CloseCase, LogCall
from carecoord.vigilance.service.cases import close_case, log_call, waiting_cases


async def test_a_day_is_planned_published_and_the_next_one_stays_close(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """
    Eight meals with vehicles that hold three: each person once, at least three trips; on Thursday the
    same driver comes to everybody.
    """
    async with open_uow(engine, actor, clock=clock) as uow:
        fleet = await a_meal_fleet(uow, actor)
    run = await planned_rounds(engine, actor, clock, tmp_path)
    assert (run.state, run.failure, run.left_out) == ("done", None, [])
    assert run.best is not None
    assert run.naive is not None
    assert (run.best.deliveries, run.best.left, run.best.meals) == (PEOPLE, 0, PEOPLE)
    assert run.best.trips >= 3
    assert run.curve[-1].left == 0

    async with open_uow(engine, actor, clock=clock) as uow:
        drafts = await draft_rounds(uow, actor, run.id)
        assert await rounds_of(uow, actor, DAY) == []
        published = await publish_rounds(uow, actor, run.id)
    assert {item.state for item in drafts} == {"draft"}
    assert sorted(s.person_id for r in published for s in r.stops) == sorted(fleet.person_ids)
    assert all(sum(s.cold for s in trip.stops) <= 3 for r in published for trip in r.trips)
    usual = {s.person_id: r.driver_id for r in published for s in r.stops}

    thursday = DAY + timedelta(1)
    after = await planned_rounds(engine, actor, clock, tmp_path, on=thursday, job_id=2)
    assert after.compared_on == DAY
    assert after.best is not None
    assert (after.best.driver_changes, after.best.hour_changes) == (0, 0)
    async with open_uow(engine, actor, clock=clock) as uow:
        kept = {s.person_id: r.driver_id for r in await draft_rounds(uow, actor, after.id) for s in r.stops}
    assert kept == usual


async def test_what_a_driver_tells_and_a_person_who_does_not_answer(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """
    Absent opens one case however often it is told, due in thirty minutes; a call is noted, the case
    closed; correcting another absence closes its case by itself.
    """
    async with open_uow(engine, actor, clock=clock) as uow:
        await a_meal_fleet(uow, actor)
    run = await planned_rounds(engine, actor, clock, tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        published = await publish_rounds(uow, actor, run.id)
        first, second, third = [s for r in published for s in r.stops][:3]
        await tell_stop(uow, actor, TellStop(stop_id=first.id, outcome="handed"))
        for _ in range(2):
            await tell_stop(uow, actor, TellStop(stop_id=second.id, outcome="absent", destroyed=1))
        await tell_stop(uow, actor, TellStop(stop_id=third.id, outcome="absent"))
        waiting = await waiting_cases(uow, actor)
        assert [case.person_id for case in waiting] == [second.person_id, third.person_id]
        assert {case.due_at - case.happened_at for case in waiting} == {timedelta(minutes=30)}
        assert waiting[0].next_call == "person"

        await tell_stop(uow, actor, TellStop(stop_id=third.id, outcome="left"))
        assert len(await waiting_cases(uow, actor)) == 1
        await tell_stop(uow, actor, TellStop(stop_id=third.id, outcome="absent"))
        assert len(await waiting_cases(uow, actor)) == 2
        await tell_stop(uow, actor, TellStop(stop_id=third.id, outcome="left"))
        (case,) = await waiting_cases(uow, actor)
        called = await log_call(
            uow, actor, LogCall(case_id=case.id, whom="person", answer="no_answer", note="Répondeur")
        )
        assert (called.next_call, called.calls[0].note) == ("contact", "Répondeur")
        await close_case(uow, actor, CloseCase(case_id=case.id, version=called.version, outcome="well"))
        assert await waiting_cases(uow, actor) == []
        with pytest.raises(Conflict, match="closed"):
            await log_call(uow, actor, LogCall(case_id=case.id, whom="ccas", answer="reached"))
        item = next(r for r in await rounds_of(uow, actor, DAY) if first.id in {s.id for s in r.stops})
        assert next(s.state for s in item.stops if s.id == first.id) == "handed"


async def test_temperatures_are_judged_by_the_values_in_force(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """2.9 and 3.0 are good, 3.1 to watch, 5.1 refused; 63.0 good and 62.9 refused; 200 is no temperature."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await a_meal_fleet(uow, actor)
    run = await planned_rounds(engine, actor, clock, tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        item = (await publish_rounds(uow, actor, run.id))[0]
        verdicts = []
        for chain, value in (
            ("cold", 29), ("cold", 30), ("cold", 31), ("cold", 51), ("hot", 630), ("hot", 629)
        ):  # fmt: skip
            taken = await take_temperature(
                uow, actor, TakeTemperature(round_id=item.id, chain=chain, decidegrees=value)
            )
            verdicts.append(taken.verdict)
        assert verdicts == ["good", "good", "watch", "refuse", "good", "refuse"]
        stop = item.trips[-1].stops[0]
        at_door = await take_temperature(
            uow, actor, TakeTemperature(round_id=item.id, stop_id=stop.id, chain="cold", decidegrees=20)
        )
        assert at_door.trip == len(item.trips) - 1
        with pytest.raises(Invalid, match="2000"):
            await take_temperature(
                uow, actor, TakeTemperature(round_id=item.id, chain="cold", decidegrees=2_000)
            )
        assert len(await readings(uow, actor, [item.id])) == 7
        assert (await get_round(uow, actor, item.id)).stops[0].state == ""


async def test_a_driver_drops_out_in_the_morning(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """
    At eight a driver drops out before loading: nobody is forgotten, a stop told meanwhile keeps its
    outcome and its case, and the other driver takes the rest over where it fits.
    """
    async with open_uow(engine, actor, clock=clock) as uow:
        await a_meal_fleet(uow, actor, cold=6)
    run = await planned_rounds(engine, actor, clock, tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        before = await publish_rounds(uow, actor, run.id)
        away = before[-1]
        told = before[0].stops[0]
        await tell_stop(uow, actor, TellStop(stop_id=told.id, outcome="absent"))
        asked = await request_repair(
            uow, actor, RequestRepair(deliver_on=DAY, at_s=8 * 3_600, away=[away.driver_id], seconds=1)
        )
    payload = PlanMeals(organisation_id=actor.organisation_id, run_id=asked.id)
    await plan_meals(await job_context(engine, actor, clock, tmp_path, job_id=3), payload)
    async with open_uow(engine, actor, clock=clock) as uow:
        done = await get_meal_run(uow, actor, asked.id)
        assert (done.state, done.failure) == ("done", None)
        assert done.situation is not None
        assert {UUID(change["driver_before"]) for change in done.situation.changes} >= {away.driver_id}
        after = await publish_rounds(uow, actor, asked.id)
        served = [s for r in after for s in r.stops]
        assert len(served) + len(done.left_out) == PEOPLE
        assert away.driver_id not in {r.driver_id for r in after}
        assert next(s for s in served if s.id == told.id).state == "absent"
        (case,) = await waiting_cases(uow, actor)
        assert case.source_id == told.id


async def test_a_change_after_publication_is_taken_over(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """A stay cancels a delivery, a new subscription gets the cheapest place; nobody else is moved."""
    async with open_uow(engine, actor, clock=clock) as uow:
        fleet = await a_meal_fleet(uow, actor, cold=6)
    run = await planned_rounds(engine, actor, clock, tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish_rounds(uow, actor, run.id)
        assert (await pending_changes(uow, actor, DAY)).all == []
        gone = fleet.person_ids[0]
        await declare_stay(uow, actor, DeclareStay(person_id=gone, from_on=DAY, kind="away"))
        await upsert_people(uow, actor, [a_person_command(reference="N-1", latitude=48.7, longitude=2.5)])
        new = (await person_ids(uow, actor, ["N-1"]))["N-1"]
        await add_subscription(uow, actor, a_subscription_command(new, fleet.kitchen_id, reference="S-N"))
        pending = await pending_changes(uow, actor, DAY)
        assert {(c.kind, c.person_id) for c in pending.all} == {("cancelled", gone), ("added", new)}

        taken = await take_changes(uow, actor, DAY)
        assert taken.unplaced == []
        assert (await pending_changes(uow, actor, DAY)).all == []
        stops = {s.person_id: s for r in await rounds_of(uow, actor, DAY) for s in r.stops}
        assert (stops[gone].change, stops[new].change) == ("cancelled", "added")
        assert len(stops) == PEOPLE + 1


async def test_a_stay_takes_the_stop_off_the_round_at_once(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """
    In hospital after publication: the driver reads it in the same transaction, one with a told outcome
    keeps it; the return puts nothing back by itself, taking changes over does, on the same stop.
    """
    async with open_uow(engine, actor, clock=clock) as uow:
        fleet = await a_meal_fleet(uow, actor, cold=6)
    run_id = await drafted_rounds(engine, actor, clock)
    gone, told = fleet.person_ids[:2]
    async with open_uow(engine, actor, clock=clock) as uow:
        before = {s.person_id: s for r in await publish_rounds(uow, actor, run_id) for s in r.stops}
        await tell_stop(uow, actor, TellStop(stop_id=before[told].id, outcome="handed"))
        stays = [
            (
                await stays_service.declare_stay(
                    uow, actor, DeclareStay(person_id=who, from_on=DAY, kind="hospital")
                )
            )[0]
            for who in (gone, told)
        ]
        after = {s.person_id: s for r in await rounds_of(uow, actor, DAY) for s in r.stops}
        assert (after[gone].change, after[told].change, after[told].state) == ("cancelled", "", "handed")
        with pytest.raises(Conflict, match="cancelled"):
            await tell_stop(uow, actor, TellStop(stop_id=before[gone].id, outcome="handed"))
        assert (await pending_changes(uow, actor, DAY)).all == []

        back = ConfirmReturn(stay_id=stays[0].id, version=stays[0].version, on=DAY)
        await stays_service.confirm_return(uow, actor, back)
        assert [(c.kind, c.person_id) for c in (await pending_changes(uow, actor, DAY)).all] == [
            ("added", gone)
        ]
        assert (await take_changes(uow, actor, DAY)).unplaced == []
        last = [s for r in await rounds_of(uow, actor, DAY) for s in r.stops if s.person_id == gone]
        assert [s.change for s in last if s.change != "cancelled"] == ["added"]


async def test_nobody_is_delivered_to_while_out(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """
    Out until eleven: the meal comes after; out all morning: no round has it, and the cause is told. A ride
    promised after publication: a repair and the places on offer keep clear of it.
    """
    async with open_uow(engine, actor, clock=clock) as uow:
        fleet = await a_meal_fleet(uow, actor, cold=6)
        late, out, third = fleet.person_ids[:3]
        span = (local_instant(DAY, 0), local_instant(DAY + timedelta(1), 0))
        rides = [_ride(late, 7 * 60, 11 * 60), _ride(out, 8 * 60, 14 * 60)]
        await replace_bookings(uow, actor, "ride", span, rides)
    run = await planned_rounds(engine, actor, clock, tmp_path)
    assert [(left.person_id, left.code) for left in run.left_out] == [(out, "meal_absent")]
    async with open_uow(engine, actor, clock=clock) as uow:
        published = await publish_rounds(uow, actor, run.id)
        etas = {s.person_id: s.eta_s for r in published for s in r.stops}
        assert etas[late] >= 11 * 3_600
        assert set(etas) == {*fleet.person_ids} - {out}
        assert (await take_changes(uow, actor, DAY)).unplaced == [run.left_out[0].delivery_id]

        await replace_bookings(uow, actor, "ride", span, [*rides, _ride(third, 8 * 60, 14 * 60)])
        driver = published[0].driver_id
        asked = await request_repair(
            uow, actor, RequestRepair(deliver_on=DAY, at_s=7 * 3_600, away=[driver], seconds=1)
        )
    payload = PlanMeals(organisation_id=actor.organisation_id, run_id=asked.id)
    await plan_meals(await job_context(engine, actor, clock, tmp_path, job_id=3), payload)
    async with open_uow(engine, actor, clock=clock) as uow:
        done = await get_meal_run(uow, actor, asked.id)
        assert (third, "meal_absent") in {(left.person_id, left.code) for left in done.left_out}


def _ride(person: UUID, from_minute: int, to_minute: int) -> Booking:
    """Somebody out of the house on the day, minutes after midnight."""
    return Booking(
        kind="ride",
        source_id=new_id(),
        person_id=person,
        starts_at=local_instant(DAY, from_minute),
        ends_at=local_instant(DAY, to_minute),
    )


async def test_another_organisation_sees_no_round(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """Rounds, readings and cases stay in their organisation."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await a_meal_fleet(uow, actor)
    run = await planned_rounds(engine, actor, clock, tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        item = (await publish_rounds(uow, actor, run.id))[0]
        await tell_stop(uow, actor, TellStop(stop_id=item.stops[0].id, outcome="absent"))
    async with open_uow(engine, other_actor, clock=clock) as uow:
        assert await rounds_of(uow, other_actor, DAY) == []
        assert await readings(uow, other_actor, [item.id]) == []
        assert await waiting_cases(uow, other_actor) == []
