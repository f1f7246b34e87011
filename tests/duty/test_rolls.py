from collections.abc import Iterable
from datetime import date
from uuid import UUID

import pytest

from api.domain.consents import Word
from api.domain.errors import WrongState
from api.usecases.rolls import RollDecision, confirm_many
from tests.builders import DISTRICT
from tests.duty.office import GENERAL, PRIORITY, Office

FILED = date(2026, 10, 5)


async def take_in(office: Office, ids: Iterable[str], word: Word | None = None) -> None:
    decisions = {UUID(elder_id): RollDecision(FILED, word) for elder_id in ids}
    async with office.opened(writes=True) as registers:
        await confirm_many(registers, list(decisions), decisions)


async def track_from(office: Office, day: date) -> None:
    async with office.opened(writes=True) as registers:
        await registers.places.start_tracking(DISTRICT, day)


async def test_the_rows_own_day_is_the_day_of_its_decisions(office: Office) -> None:
    """Filed on 5 October, imported in November: October is owed in the tier of the row (A36)."""
    office.on("2026-11-20")
    priority, general = await office.drafted(**PRIORITY), await office.drafted(**GENERAL)
    await take_in(office, [priority, general], Word.GIVEN)
    assert await office.owed(priority, "2026-10") == ["H1 open", "H2 open"]
    assert await office.owed(general, "2026-10") == ["M open"]
    async with office.opened() as registers:
        elder = await registers.elders.get(UUID(priority))
        assert (elder.status, elder.tier, elder.confirmed_on) == ("confirmed", "priority", FILED)
        assert (elder.consent, elder.consented_on, elder.version) == ("given", FILED, 2)


async def test_nothing_is_owed_before_tracking_starts(office: Office) -> None:
    office.on("2026-11-20")
    await track_from(office, date(2026, 11, 1))
    elder = await office.drafted(**GENERAL)
    await take_in(office, [elder])
    assert await office.owed(elder, "2026-10") == []
    assert await office.owed(elder, "2026-11") == ["M open"]
    assert (await office.line(elder, "2026-11")).consent_pending == 1


async def test_a_declared_tier_above_the_facts_stands(office: Office) -> None:
    office.on("2026-11-20")
    elder = await office.drafted(**GENERAL, declared_tier="priority")
    await take_in(office, [elder])
    async with office.opened() as registers:
        rows = await registers.tiers.of(UUID(elder))
    assert [(row.tier, row.basis, row.duty_from) for row in rows[:1]] == [("priority", "declared", FILED)]


async def test_a_row_that_says_no_is_on_the_roll_and_owed_nothing(office: Office) -> None:
    office.on("2026-11-20")
    elder = await office.drafted(**GENERAL)
    await take_in(office, [elder], Word.REFUSED)
    assert await office.owed(elder, "2026-11") == []
    line = await office.line(elder, "2026-11")
    assert (line.due, line.declined) == (0, 1)
    state = await office.tells(elder, "consents", word="given", by="self", on="2026-11-20")
    assert (state["status"], state["stint"]["starts_on"]) == ("confirmed", "2026-11-20")


async def test_first_reviews_are_spread_and_what_is_missing_waits_for_them(office: Office) -> None:
    office.on("2026-11-20")
    ids = [await office.drafted(**GENERAL) for _ in range(6)]
    await take_in(office, ids)
    async with office.opened() as registers:
        elders = await registers.elders.many(map(UUID, ids))
        due = {elder.review_due_on for elder in elders}
        assert len(due) > 3
        assert date(2026, 11, 21) <= min(due) <= max(due) <= date(2027, 5, 19)
    tasks = (await office.reads(office.instructor, "/v1/tasks?kind=complete_at_review")).json()["data"]
    assert {task["due_on"] for task in tasks} == {day.isoformat() for day in due}


async def test_nobody_is_taken_in_twice(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    with pytest.raises(WrongState):
        await take_in(office, [elder])
