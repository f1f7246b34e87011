"""What is stored is judged again from the facts; a row altered behind the service's back is named exactly."""

from collections.abc import Callable
from datetime import date
from typing import Any

import grimp
import pytest
from sqlalchemy import delete, update

from api.deps import Service
from api.domain.facts import ElderFacts, Override, Residence, Stint, TierOfDuty
from api.domain.months import Month
from api.domain.policy import Frequency, Method, PeriodKind, Tier
from api.store import tables
from api.store.tables import table_of
from api.store.verification import Verification
from api.usecases.planning import rebuild
from api.usecases.verifying import Difference, verify
from tests.builders import DISTRICT, SIBLING_VILLAGE, TOWNSHIP, VILLAGE, a_liaison
from tests.conftest import ClientOf
from tests.domain.duties import NOVEMBER, away, general, gone, not_met, nov, priority, refusal, visit
from tests.populations import as_system, categorised, changed, planned, settled
from tests.visits.test_intake import a_visit

OCTOBER, DECEMBER = Month(2026, 10), Month(2026, 12)

ELDERS = table_of(tables.Elder)
OBLIGATIONS = table_of(tables.ObligationRow)
ELDER_MONTHS = table_of(tables.ElderMonthRow)
DUE_COUNTS = table_of(tables.DueCount)
VILLAGE_MONTHS = table_of(tables.VillageMonth)


def a_whole_register() -> list[ElderFacts]:
    """Everything that can happen to somebody in a month or two."""
    tiers = (TierOfDuty(date(2000, 1, 1), Tier.GENERAL), TierOfDuty(nov(10), Tier.PRIORITY))
    moved = (Residence(date(2023, 8, 1), VILLAGE), Residence(nov(20), SIBLING_VILLAGE))
    return [
        priority(visit(4), visit(date(2026, 10, 20)), visit(20)),
        priority(visit(4, Method.PHONE), not_met(5)),
        general(),
        general(visit(9), visit(date(2026, 12, 2))),
        general(visit(6, blocked="voided"), visit(30, late=True)),
        general(tiers=tiers),
        general(refusal(3), refusal(12)),
        general(suspensions=(away(1, 20),)),
        priority(suspensions=(away(2, 28, confirmed=False),)),
        priority(stints=(gone(20, "death", found_on=nov(28), reported_on=nov(28)),)),
        general(stints=(Stint(nov(3)),), consented_on=None),
        general(stints=(gone(15, "declined"),)),
        general(stints=()),
        general(residences=moved, village=SIBLING_VILLAGE),
        general(overrides=(Override(nov(2), None, Frequency(PeriodKind.WEEK)),)),
    ]


@pytest.fixture
async def people(service: Service) -> list[ElderFacts]:
    found = a_whole_register()
    await settled(service, found, tracking=date(2026, 10, 1))
    for facts in found:
        await categorised(service, facts, living_alone=date(2023, 8, 1), impaired=nov(5))
    await planned(service, OCTOBER, NOVEMBER, DECEMBER)
    return found


async def differences(service: Service) -> list[Difference]:
    return [each async for each in verify(service.store, DISTRICT)]


async def test_what_planning_stored_is_what_the_facts_say(service: Service, people: list[ElderFacts]) -> None:
    seen: list[tuple[int, int]] = []
    found = [each async for each in verify(service.store, DISTRICT, lambda *done: seen.append(done))]
    assert found == []
    assert seen == [(len(people), len(people))]


async def test_what_people_do_while_it_looks_is_no_difference(
    service: Service, people: list[ElderFacts], client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    liaison, look_at_sums = await client_of(a_liaison()), Verification.sums

    async def after_a_visit(verification: Verification) -> Any:
        answer = await liaison.post("/v1/visits", json=a_visit(people[2].elder_id))
        assert answer.json()["counts_toward"], answer.text
        return await look_at_sums(verification)

    monkeypatch.setattr(Verification, "sums", after_a_visit)
    assert await differences(service) == []


def _state(facts: ElderFacts) -> tuple[Any, Difference]:
    key = {"elder_id": str(facts.elder_id), "period": "2026-11-H1", "tier": "priority", "ordinal": "1"}
    where = (OBLIGATIONS.c.elder_id == facts.elder_id, OBLIGATIONS.c.period == "2026-11-H1")
    return (
        update(OBLIGATIONS).where(*where).values(state="waived"),
        Difference("obligations", key, "state", "waived", "met"),
    )


def _count(facts: ElderFacts) -> tuple[Any, Difference]:
    where = (ELDER_MONTHS.c.elder_id == facts.elder_id, ELDER_MONTHS.c.month == "2026-11")
    return (
        update(ELDER_MONTHS).where(*where).values(visited_home=0),
        Difference("elder_months", {"elder_id": str(facts.elder_id), "month": "2026-11"}, "visited_home", 0, 1),
    )


def _sum(_: ElderFacts) -> tuple[Any, Difference]:
    where = (
        VILLAGE_MONTHS.c.village == VILLAGE,
        VILLAGE_MONTHS.c.month == "2026-11",
        VILLAGE_MONTHS.c.slice == "priority",
    )
    key = {"month": "2026-11", "village": VILLAGE, "slice": "priority"}
    return (
        update(VILLAGE_MONTHS).where(*where).values(exited=VILLAGE_MONTHS.c.exited + 7),
        Difference("village_months", key, "exited", 8, 1),
    )


def _due(facts: ElderFacts) -> tuple[Any, Difference]:
    return (
        update(ELDERS).where(ELDERS.c.id == facts.elder_id).values(due_on=date(2026, 12, 24)),
        Difference("elders", {"id": str(facts.elder_id)}, "due_on", date(2026, 12, 24), date(2026, 12, 15)),
    )


def _due_count(_: ElderFacts) -> tuple[Any, Difference]:
    where = (DUE_COUNTS.c.due_on == date(2026, 12, 15), DUE_COUNTS.c.tier == "priority")
    key = {"township": TOWNSHIP, "tier": "priority", "due_on": "2026-12-15"}
    key |= {"from_day": "1900-01-01", "to_day": "9999-01-01"}
    return update(DUE_COUNTS).where(*where).values(elders=7), Difference("due_counts", key, "elders", 7, 1)


def _gone(facts: ElderFacts) -> tuple[Any, Difference]:
    key = {"elder_id": str(facts.elder_id), "month": "2026-11"}
    where = (ELDER_MONTHS.c.elder_id == facts.elder_id, ELDER_MONTHS.c.month == "2026-11")
    return delete(ELDER_MONTHS).where(*where), Difference("elder_months", key, "*", None, "a row")


ALTERED = {
    "an obligation": _state,
    "an elder's month": _count,
    "a village's month": _sum,
    "a due day": _due,
    "a count of due days": _due_count,
    "a row taken out": _gone,
}


@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED)
async def test_one_altered_row_is_named_exactly_and_rebuilt(
    alter: Callable[[ElderFacts], tuple[Any, Difference]], service: Service, people: list[ElderFacts]
) -> None:
    statement, expected = alter(people[0])
    await changed(service, statement)

    assert await differences(service) == [expected]

    assert await rebuild(service.store, DISTRICT) == 3 * 200
    assert await differences(service) == []


async def test_a_month_that_is_not_planned_is_not_answered_for(service: Service, people: list[ElderFacts]) -> None:
    async with as_system(service) as registers:
        await registers.policies.forget_plans(DISTRICT, DECEMBER)
    where = (ELDER_MONTHS.c.elder_id == people[2].elder_id, ELDER_MONTHS.c.month == "2026-12")
    await changed(service, update(ELDER_MONTHS).where(*where).values(last_seen_on=None, late=0))
    assert await differences(service) == []


async def test_planning_an_earlier_month_later_leaves_the_tasks_of_the_other_months(service: Service) -> None:
    weekly = Override(nov(1), None, Frequency(PeriodKind.WEEK))
    await settled(service, [general(visit(30), overrides=(weekly,))], tracking=None)
    await planned(service, DECEMBER, NOVEMBER, OCTOBER)
    assert await differences(service) == []


def test_the_second_look_shares_the_domain_with_the_writer_and_nothing_else() -> None:
    graph = grimp.build_graph("api", cache_dir=None)
    looks = ("api.usecases.verifying", "api.store.verification")
    writers = ("api.usecases.rejudging", "api.store.obligations", "api.store.facts", "api.store.tasks")

    def used(modules: tuple[str, ...]) -> set[str]:
        return set().union(*(graph.find_modules_directly_imported_by(module) for module in modules))

    shared = {name for name in used(looks) & {*used(writers), *writers} if not name.startswith("api.domain")}
    assert shared == {"api.store", "api.store.desk", "api.store.scope", "api.store.tables"}
