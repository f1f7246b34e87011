"""What records reveal becomes hazards, checks, escalations, notices, tasks and proposals."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from api.store import tables
from api.store.tables import table_of
from tests.builders import VILLAGE
from tests.visits.rounds import Rounds, a_visit, at, nobody_home
from tests.visits.test_intake import without_ids


async def states(rounds: Rounds, model: Any) -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in await rounds.rows(model)]


async def live_together(rounds: Rounds, *elder_ids: str) -> None:
    async with rounds.opened(writes=True) as registers:
        elders = table_of(tables.Elder)
        one_house = update(elders).where(elders.c.id.in_(map(UUID, elder_ids))).values(household_id=uuid4())
        await registers.desk.session.execute(one_house)


# --- nobody home (A13) ---------------------------------------------------------------------------------


async def test_a_second_search_in_vain_a_week_later_raises_the_alarm(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    rounds.on("2026-11-07")
    first = await rounds.sends(elder_id, **nobody_home("2026-11-07"))
    rounds.on("2026-11-14")
    second = await rounds.sends(elder_id, **nobody_home("2026-11-14"))

    [check] = await rounds.rows(tables.WhereaboutsCheck)
    [escalation] = await rounds.rows(tables.Escalation)
    assert first["opened"]["whereabouts_checks"] == second["opened"]["whereabouts_checks"] == [str(check.id)]
    assert check.due_at == datetime(2026, 11, 8, 1, tzinfo=UTC)
    assert first["opened"]["escalations"] == []
    assert second["opened"]["escalations"] == [str(escalation.id)]
    assert (escalation.kind, escalation.severity) == ("missing", "major")
    assert escalation.discovered_at == datetime(2026, 11, 14, 1, tzinfo=UTC)


async def test_no_distance_between_two_searches_in_vain_forgives_them(rounds: Rounds) -> None:
    elder_id = await rounds.elder(months=("2026-09", "2026-12"))
    rounds.on("2026-09-02")
    await rounds.sends(elder_id, **nobody_home("2026-09-02"))
    rounds.on("2026-11-14")

    assert len((await rounds.sends(elder_id, **nobody_home("2026-11-14")))["opened"]["escalations"]) == 1


async def test_whichever_of_two_searches_in_vain_is_told_first_the_alarm_is_raised(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    later = await rounds.sends(elder_id, **nobody_home("2026-11-02"))
    earlier = await rounds.sends(elder_id, **nobody_home("2026-10-31"))

    assert later["opened"]["escalations"] == []
    assert len(earlier["opened"]["escalations"]) == 1


async def test_a_third_search_in_vain_joins_the_alarm_that_is_open(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    items = await rounds.batch(*(a_visit(elder_id, **nobody_home(day)) for day in ("2026-10-31", "2026-11-01")))
    third = await rounds.sends(elder_id, **nobody_home("2026-11-02"))

    [escalation] = await rounds.rows(tables.Escalation)
    assert third["opened"]["escalations"] == [str(escalation.id)]
    assert [item["opened"]["escalations"] for item in items] == [[str(escalation.id)]] * 2


async def test_somebody_seen_in_the_field_is_not_missing(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    rounds.on("2026-11-06")
    rounds.clock.now = rounds.clock.now.replace(hour=16)
    told = {"whereabouts": "away", "told_by": "neighbour"}

    items = await rounds.batch(
        a_visit(elder_id, **nobody_home("2026-11-06", 9)),
        a_visit(elder_id, **nobody_home("2026-11-06", 15, not_met=told)),
    )

    assert [item["opened"]["escalations"] for item in items] == [[], []]
    assert len(items[0]["opened"]["whereabouts_checks"]) == 1
    assert items[1]["opened"]["whereabouts_checks"] == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_a_batch_that_ends_with_a_visit_raises_no_alarm_in_any_order(
    rounds: Rounds, order: tuple[int, ...]
) -> None:
    elder_id = await rounds.elder()
    rounds.on("2026-11-08")
    records = [
        a_visit(elder_id, **nobody_home("2026-11-06")),
        a_visit(elder_id, **nobody_home("2026-11-07")),
        a_visit(elder_id, **at("2026-11-08", 8)),
    ]

    await rounds.batch(*(records[n] for n in order))

    assert await rounds.rows(tables.Escalation) == []
    assert await rounds.rows(tables.WhereaboutsCheck) == []


# --- hazards -------------------------------------------------------------------------------------------


async def test_a_hazard_seen_again_is_the_same_hazard(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    first = await rounds.sends(elder_id, gas_safety="unsafe", **at("2026-11-01"))
    second = await rounds.sends(elder_id, gas_safety="unsafe")

    [hazard] = await rounds.rows(tables.Hazard)
    assert first["opened"]["hazards"] == second["opened"]["hazards"] == [str(hazard.id)]
    assert (hazard.times_seen, hazard.reminder) == (2, "unknown")
    assert [str(day) for day in (hazard.first_seen_on, hazard.last_seen_on)] == ["2026-11-01", "2026-11-02"]
    assert [warning["code"] for warning in first["warnings"]] == ["reminder_unknown"]


async def test_one_leaking_pipe_in_one_house_is_one_hazard_of_two_elders(rounds: Rounds) -> None:
    husband, wife, neighbour = [await rounds.elder() for _ in range(3)]
    await live_together(rounds, husband, wife)

    items = await rounds.batch(*(a_visit(each, plumbing_safety="unsafe") for each in (husband, wife, neighbour)))

    opened = [item["opened"]["hazards"] for item in items]
    assert opened[0] == opened[1] != opened[2]


async def test_a_hazard_told_with_a_reminder_says_so(rounds: Rounds) -> None:
    item = await rounds.sends(
        await rounds.elder(), gas_safety="unsafe", hazards=[{"kind": "gas", "reminded": True, "reminded_to": "儿子"}]
    )

    [hazard] = await rounds.rows(tables.Hazard)
    assert (hazard.reminder, item["warnings"]) == ("given", [])


# --- what the boxes ask for ----------------------------------------------------------------------------


async def test_a_severe_disease_is_told_the_township_once(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    ill = {"disease": {"status": "severe", "name": "肺炎"}}
    first = await rounds.sends(elder_id, **ill, **at("2026-11-01"))
    second = await rounds.sends(elder_id, **ill)
    other = await rounds.sends(elder_id, disease={"status": "severe", "name": "心衰"}, **at("2026-11-02", 15))

    assert first["opened"]["notices"] == second["opened"]["notices"]
    assert len(first["opened"]["notices"]) == 1
    assert other["opened"]["notices"] != first["opened"]["notices"]


async def test_a_change_in_the_household_asks_for_the_categories_anew(rounds: Rounds) -> None:
    item = await rounds.sends(await rounds.elder(), population_change={"kind": "decrease", "count": 1})

    [task_id] = item["opened"]["tasks"]
    tasks = {str(row.id): row.kind for row in await rounds.rows(tables.Task)}
    assert tasks[task_id] == "recheck_categories"


async def test_low_spirits_twice_running_propose_comfort(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    first = await rounds.sends(elder_id, mood="worse", **at("2026-11-01"))
    second = await rounds.sends(elder_id, mood="worse")

    assert first["opened"]["proposals"] == []
    assert await states(rounds, tables.Proposal) == [("comfort_service", "proposed")]
    assert len(second["opened"]["proposals"]) == 1


@pytest.mark.parametrize(
    ("outcome", "proposal"),
    [("hospitalised", "suspension"), ("moved", "exit_moved_out"), ("deceased", "exit_death")],
)
async def test_what_became_of_the_elder_is_proposed_to_the_township(
    rounds: Rounds, outcome: str, proposal: str
) -> None:
    elder_id = await rounds.elder()
    first = await rounds.sends(elder_id, **nobody_home("2026-11-01", outcome=outcome))
    second = await rounds.sends(elder_id, **nobody_home("2026-11-02", outcome=outcome))

    assert await states(rounds, tables.Proposal) == [(proposal, "proposed")]
    assert first["opened"]["proposals"] == second["opened"]["proposals"]


# --- old paper (A27) -----------------------------------------------------------------------------------


async def test_old_paper_opens_a_look_at_the_next_visit_and_no_alarm(rounds: Rounds) -> None:
    item = await rounds.sends(
        await rounds.elder(),
        gas_safety="unsafe",
        disease={"status": "severe", "name": "肺炎"},
        major_risk={"kind": "fire"},
        **at("2026-10-20"),
    )

    [task_id] = item["opened"].pop("tasks")
    assert not any(item["opened"].values())
    tasks = {str(row.id): row.kind for row in await rounds.rows(tables.Task)}
    assert tasks[task_id] == "check_next_visit"


async def test_what_a_later_visit_would_have_seen_makes_no_noise_either(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    await rounds.sends(elder_id)

    earlier = await rounds.sends(elder_id, power_safety="unsafe", **at("2026-11-01"))

    assert earlier["opened"]["hazards"] == []
    assert len(earlier["opened"]["tasks"]) == 1


# --- major risks of records that are refused -----------------------------------------------------------


async def test_the_elder_of_a_refused_records_risk_is_known_where_he_is_certain(rounds: Rounds) -> None:
    elder_id = await rounds.elder(name="陈阿婆")
    await rounds.tries(elder_id, external_id="A-1", method="nonsense", major_risk={"kind": "fire"})
    unlike = {"id": elder_id, "name": "林水木"}
    await rounds.tries(None, elder=unlike, external_id="A-2", method="nonsense", major_risk={"kind": "fire"})

    known, unknown = await rounds.rows(tables.Escalation)

    assert (str(known.elder_id), known.village) == (elder_id, VILLAGE)
    assert (unknown.elder_id, unknown.village) == (None, VILLAGE)


@pytest.mark.parametrize("village", [VILLAGE + "9" * 50, VILLAGE[:9] + "村", None])
async def test_a_risk_in_a_village_that_cannot_be_read_lands_on_the_senders_desk(
    rounds: Rounds, village: str | None
) -> None:
    answer = await rounds.tries(None, elder={"village": village, "name": "陈阿婆"}, major_risk={"kind": "fire"})

    assert answer.status_code == 422
    [row] = await rounds.rows(tables.Escalation)
    assert row.village == VILLAGE


async def test_a_risk_whose_record_is_corrected_is_one_risk(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    risk = {"major_risk": {"kind": "suspected_abuse"}}
    refused = await rounds.tries(elder_id, external_id="A-1", method="nonsense", **risk)

    item = await rounds.sends(elder_id, external_id="A-1", **risk)

    assert item["opened"]["escalations"] == refused.json()["opened"]["escalations"]
    [row] = await rounds.rows(tables.Escalation)
    assert str(row.source_visit) == item["id"]


async def test_a_risk_under_a_derived_name_is_kept_whatever_its_kind(rounds: Rounds) -> None:
    item = await rounds.sends(await rounds.elder(), major_risk={"kind": "suspected_abuse"})

    assert len(item["opened"]["escalations"]) == 1


async def test_a_dry_run_says_what_would_be_opened_and_opens_nothing(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    risk = {"major_risk": {"kind": "gas_leak"}}
    items = [
        a_visit(elder_id, external_id="A-1", gas_safety="unsafe", needs=[{"kind": "daily_care"}], **risk),
        {"external_id": "A-2", "elder": {"id": elder_id}, **risk},
    ]
    for atomic in ("none", "all"):
        client = await rounds.client_of(rounds.liaison)
        body = {"items": items, "atomic": atomic}
        dry = (await client.post("/v1/visits/batch", json={**body, "mode": "validate"})).json()["items"]
        assert [item["opened"]["escalations"] for item in dry] == [[None], [None]]
        assert not await rounds.rows(tables.Escalation)
    wet = (await client.post("/v1/visits/batch", json=body)).json()["items"]
    assert list(map(without_ids, dry)) == list(map(without_ids, wet))


async def test_however_many_old_records_tell_of_it_one_thing_is_to_be_checked_next_time(rounds: Rounds) -> None:
    """By a hazard, by a risk, by nobody at home, and by the risk of a record that is refused."""
    rounds.on("2026-11-20")
    elder_id = await rounds.elder()
    risk = {"major_risk": {"kind": "gas_leak", "discovered_at": "2026-10-01T09:00:00+08:00"}}
    await rounds.sends(elder_id, **at("2026-10-05"), gas_safety="unsafe")
    await rounds.sends(elder_id, **at("2026-10-12"), **risk)
    await rounds.sends(elder_id, **nobody_home("2026-10-19"))
    assert (await rounds.tries(elder_id, **at("2026-10-20"), **risk, mood="sunny")).status_code == 422

    checks = [row for row in await rounds.rows(tables.Task) if row.kind == "check_next_visit"]
    assert [row.state for row in checks] == ["open"]
