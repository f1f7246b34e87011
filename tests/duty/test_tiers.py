from datetime import date
from uuid import UUID

from api.usecases.tiers import retier
from tests.duty.office import GENERAL, PRIORITY, Office, code, tasks_of
from tests.elders_on_duty import an_elder_on_duty

_ALONE_AT_79 = {
    "facts": {"spouse": False, "children_complete": True, "relatives_complete": True, "has_caregiver": True},
}


async def test_raised_on_the_tenth_the_month_stays_general_and_h2_is_owed(office: Office) -> None:
    """PRIORITY from 10 November: M as GENERAL, and H2 (A24)."""
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-11-10")
    state = await office.tells(elder, "raise-tier", tier="priority", reason="近期丧偶")
    assert state["tier"] == "priority"
    assert tasks_of(state)["first_visit"] == "2026-11-16"
    assert await office.owed(elder, "2026-11") == ["M open", "H2 open"]
    assert await office.owed(elder, "2026-12") == ["H1 open", "H2 open"]


async def test_a_raise_lifts_nobody_whom_no_category_keeps_on_the_roll(office: Office) -> None:
    """Nothing would be owed of him afterwards; his present tier stays until the township decides."""
    office.on("2026-11-10")
    elder = str(await an_elder_on_duty(office.service))
    asked = await office.asks(elder, "raise-tier", tier="priority", reason="近期丧偶")
    assert code(asked) == "422 category_unknown"
    assert await office.owed(elder, "2026-11") == ["M open"]


async def test_an_earlier_day_does_not_make_duty_of_the_past(office: Office) -> None:
    """A fact of 20 October known on 25 November: November unchanged but for what is left (A24)."""
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-11-25")
    await office.tells(elder, "raise-tier", tier="priority", reason="能力下降", **{"from": "2026-10-20"})
    assert await office.owed(elder, "2026-10") == ["M open"]
    assert await office.owed(elder, "2026-11") == ["M open"]
    assert await office.owed(elder, "2026-12") == ["H1 open", "H2 open"]


async def test_an_assessment_raises_from_the_day_it_is_known(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-11-25")
    client = await office.client_of(office.instructor)
    assessed = {"level": "moderate", "basis": "formal", "assessed_on": "2026-10-20", "score": 50}
    answer = await client.patch(
        f"/v1/elders/{elder}",
        json={"ability": assessed},
        headers={"If-Match": "*", "Content-Type": "application/merge-patch+json"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["tier"] == "priority"
    async with office.opened() as registers:
        rows = await registers.tiers.of(UUID(elder))
    assert [(row.tier, row.valid_from, row.duty_from) for row in rows[:2]] == [
        ("general", date(2026, 10, 5), date(2026, 10, 5)),
        ("priority", date(2026, 10, 20), date(2026, 11, 25)),
    ]
    assert await office.owed(elder, "2026-11") == ["M open"]


async def test_only_the_township_lowers_and_only_to_what_the_facts_say(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    lower = {"tier": "general", "reason": "情况好转"}
    assert code(await office.asks(elder, "raise-tier", **lower)) == "409 wrong_state"
    await office.tells(elder, "raise-tier", tier="priority", reason="近期丧偶")
    path = f"/v1/elders/{elder}/raise-tier"
    assert code(await office.says(office.liaison, path, **lower)) == "403 permission_missing"
    office.on("2026-11-10")
    assert (await office.tells(elder, "raise-tier", **lower))["tier"] == "general"

    impaired = await office.confirmed("2026-11-10", **PRIORITY)
    assert code(await office.asks(impaired, "raise-tier", **lower)) == "422 tier_not_of_the_facts"


async def test_a_raise_may_end_by_itself_because_the_township_said_so(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **GENERAL)
    wrong = await office.asks(elder, "raise-tier", tier="priority", reason="术后", until="2026-11-02")
    assert code(wrong) == "422 dates_out_of_order"
    state = await office.tells(elder, "raise-tier", tier="priority", reason="术后", until="2026-11-30")
    assert state["tier"] == "priority"
    assert await office.owed(elder, "2026-12") == ["M open"]
    office.on("2026-12-01")
    await office.new_day(elder)
    async with office.opened() as registers:
        assert (await registers.elders.get(UUID(elder))).tier == "general"


async def test_facts_that_would_lower_the_tier_are_proposed(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **PRIORITY)
    client = await office.client_of(office.instructor)
    better = {"level": "mild", "basis": "formal", "assessed_on": "2026-11-02", "score": 80}
    answer = await client.patch(
        f"/v1/elders/{elder}",
        json={"ability": better},
        headers={"If-Match": "*", "Content-Type": "application/merge-patch+json"},
    )
    assert answer.json()["tier"] == "priority"
    listed = await office.reads(office.instructor, f"/v1/tasks?elder_id={elder}&kind=review_tier")
    [task] = listed.json()["data"]
    assert task["due_on"] == "2026-11-10"
    state = await office.tells(elder, "raise-tier", tier="general", reason="评估好转")
    assert state["tier"] == "general"
    assert "review_tier" not in tasks_of(state)


async def test_the_eightieth_birthday_raises_by_itself_and_is_announced(office: Office) -> None:
    """Born 23 November 1946, alone (A10)."""
    elder = await office.confirmed("2026-10-05", born=date(1946, 11, 23), **_ALONE_AT_79)
    assert await office.owed(elder, "2026-11") == ["M open"]
    office.on("2026-11-01")
    await office.new_day(elder)
    listed = (await office.reads(office.instructor, f"/v1/tasks?elder_id={elder}&kind=raise_ahead")).json()
    assert [task["due_on"] for task in listed["data"]] == ["2026-11-23"]
    office.on("2026-11-23")
    await office.new_day(elder)
    async with office.opened() as registers:
        assert (await registers.elders.get(UUID(elder))).tier == "priority"
    office.on("2026-12-01")
    await office.tells(elder, "reviews")
    async with office.opened(writes=True) as registers:
        await retier(registers, await registers.elders.locked(UUID(elder)), decided_on=date(2026, 12, 1))
    assert await office.owed(elder, "2026-12") == []


async def test_judging_the_same_facts_again_changes_nothing(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", born=date(1946, 11, 23), **_ALONE_AT_79)
    async with office.opened(writes=True) as registers:
        before = await registers.elders.locked(UUID(elder))
        version, rows = before.version, await registers.tiers.of(before.id)
        after = await retier(registers, before, decided_on=registers.today)
        assert (after.version, await registers.tiers.of(after.id)) == (version, rows)
    assert [row.duty_from for row in rows[:2]] == [date(2026, 11, 3), date(2026, 11, 23)]
