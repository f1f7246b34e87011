"""What waits, at whose desk, and what is late: each on one call."""

from datetime import date
from typing import Any

import pytest

from api.domain.waiting import WaitingKind
from api.usecases.inbox import ACTED_ON
from tests.builders import DISTRICT, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Person, an_admin, an_instructor
from tests.duty.office import code
from tests.visits.rounds import Rounds, at, nobody_home

UNKNOWN = "01890000-0000-7000-8000-000000000000"


async def inbox(rounds: Rounds, person: Person, query: str = "") -> dict[str, Any]:
    """Kind → what the person's inbox says of it."""
    answer = await rounds.reads(person, f"/v1/inbox{query}")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["count"] == sum(kind["count"] for kind in body["kinds"])
    return {kind["kind"]: kind for kind in body["kinds"]}


async def late(rounds: Rounds, person: Person, query: str = "") -> dict[str, tuple[str, int]]:
    """Kind → at whose desk how much is late."""
    answer = await rounds.reads(person, f"/v1/late{query}")
    assert answer.status_code == 200, answer.text
    return {each["kind"]: (each["desk"], each["late"]) for each in answer.json()["data"]}


async def test_a_contract_that_none_follows_waits_for_the_district_before_it_ends(rounds: Rounds) -> None:
    rounds.on("2026-11-30")
    service = {"area": DISTRICT, "kind": "elderly_service_centre", "name": "江口养老服务中心", "premises": False}
    provider = (await rounds.does(rounds.supervisor, "/v1/providers", **service, starts_on="2026-01-01"))["id"]
    said = {"purpose": "探访关爱服务", "reach": "areas", "areas": [TOWNSHIP], "data_clause": True}
    said["services"] = [{"service": "home_visit", "price": 4000}]
    path = f"/v1/providers/{provider}/contracts"
    year = {"number": "涵民购〔2026〕11号", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    contract = await rounds.does(rounds.supervisor, path, **said, **year)
    assert "contract_ending" not in await inbox(rounds, rounds.supervisor)
    rounds.on("2026-12-01")
    waiting = (await inbox(rounds, rounds.supervisor))["contract_ending"]
    assert (waiting["count"], waiting["late"], waiting["desk"], waiting["act"]) == (1, 0, "district", "/v1/providers")
    [item] = waiting["items"]
    assert (item["id"], item["village"], item["due_on"]) == (contract["id"], DISTRICT, "2026-12-31")
    assert "contract_ending" not in await inbox(rounds, rounds.instructor)
    next_year = {"number": "涵民购〔2027〕2号", "starts_on": "2027-01-01", "ends_on": "2027-12-31"}
    await rounds.does(rounds.supervisor, path, **said, **next_year)
    assert "contract_ending" not in await inbox(rounds, rounds.supervisor)


async def test_a_provisional_suspension_waits_for_the_township_and_for_nobody_else(rounds: Rounds) -> None:
    elder = await rounds.confirmed("2026-11-03", categories=["living_alone"])
    rounds.on("2026-11-05")
    away = {"reason": "hospital", "starts_on": "2026-11-05", "ends_on": "2026-11-20"}
    await rounds.does(rounds.liaison, f"/v1/elders/{elder}/suspensions", **away)
    waiting = (await inbox(rounds, rounds.instructor))["suspension"]
    assert (waiting["count"], waiting["late"], waiting["desk"]) == (1, 0, "township")
    [item] = waiting["items"]
    assert (item["elder_id"], item["about"], item["due_on"]) == (elder, "hospital", "2026-11-12")
    for somebody_else in (rounds.liaison, rounds.supervisor, an_instructor(OTHER_TOWNSHIP)):
        assert "suspension" not in await inbox(rounds, somebody_else)


async def test_a_deputy_has_the_inbox_of_whom_he_stands_in_for(rounds: Rounds) -> None:
    await test_a_provisional_suspension_waits_for_the_township_and_for_nobody_else(rounds)
    deputy = an_instructor(username="standing-in")
    assert (await inbox(rounds, deputy))["suspension"]["count"] == 1


async def test_a_missed_visit_is_late_at_the_villages_desk(rounds: Rounds) -> None:
    rounds.on("2026-10-20")
    await rounds.elder(months=("2026-10", "2026-12"))
    assert "visit_missed" not in await inbox(rounds, rounds.liaison)
    rounds.on("2026-11-01")
    assert (await inbox(rounds, rounds.liaison))["visit_missed"]["oldest_due_on"] == "2026-10-31"
    assert (await late(rounds, rounds.supervisor))["visit_missed"] == ("village", 1)


async def test_what_lies_with_an_area_is_named_by_area_and_never_ranked(rounds: Rounds) -> None:
    rounds.on("2026-10-20")
    await rounds.elder(months=("2026-10", "2026-12"))
    await rounds.elder(village="350303101201", months=("2026-10", "2026-12"))
    await rounds.elder(months=("2026-10", "2026-12"))
    rounds.on("2026-11-01")
    answer = (await rounds.reads(rounds.supervisor, "/v1/late?by=village")).json()
    assert [(each["area"], each["late"]) for each in answer["data"]] == [("350303101201", 1), (VILLAGE, 2)]
    assert answer["total"] == 3


async def test_a_check_of_whereabouts_is_late_by_the_second(rounds: Rounds) -> None:
    rounds.on("2026-11-06")
    elder = await rounds.elder()
    await rounds.sends(elder, **nobody_home("2026-11-06", 9, not_met={"whereabouts": "unknown"}))
    waiting = (await inbox(rounds, rounds.liaison))["whereabouts_check"]
    assert (waiting["count"], waiting["late"], waiting["oldest_due_on"]) == (1, 0, "2026-11-07")
    rounds.on("2026-11-07")
    assert (await late(rounds, rounds.liaison))["whereabouts_check"] == ("village", 1)


async def test_an_unsafe_home_and_a_need_wait_at_the_village(rounds: Rounds) -> None:
    rounds.on("2026-11-06")
    needs = [{"kind": "rehabilitation"}]
    await rounds.sends(await rounds.elder(), gas_safety="unsafe", needs=needs, **at("2026-11-06"))
    waiting = await inbox(rounds, rounds.liaison)
    assert (waiting["hazard"]["items"][0]["about"], waiting["need"]["items"][0]["about"]) == ("gas", "rehabilitation")


async def test_a_list_of_one_kind_goes_on_page_by_page(rounds: Rounds) -> None:
    rounds.on("2026-10-20")
    elders = {await rounds.elder(months=("2026-10", "2026-12")) for _ in range(5)}
    rounds.on("2026-11-01")
    seen: list[str] = []
    path = "/v1/late/visit_missed?page_size=2"
    while path:
        answer = (await rounds.reads(rounds.supervisor, path)).json()
        seen += [each["id"] for each in answer["data"]]
        token = answer["next_page_token"]
        path = f"/v1/late/visit_missed?page_size=2&page_token={token}" if token else ""
    assert (len(seen), set(seen)) == (5, elders)


async def test_an_inbox_is_empty_where_nothing_waits(rounds: Rounds) -> None:
    assert await inbox(rounds, rounds.supervisor) == {}
    assert await late(rounds, rounds.supervisor) == {}


async def test_an_area_out_of_reach_is_unknown_and_an_admin_has_no_inbox(rounds: Rounds) -> None:
    assert code(await rounds.reads(rounds.instructor, f"/v1/inbox?area={OTHER_TOWNSHIP}")) == "404 not_found"
    assert code(await rounds.reads(an_admin(), "/v1/inbox")) == "403 permission_missing"


@pytest.mark.parametrize("kind", WaitingKind)
async def test_every_kind_can_be_listed(rounds: Rounds, kind: WaitingKind) -> None:
    for path in (f"/v1/inbox/{kind}", f"/v1/late/{kind}"):
        assert (await rounds.reads(rounds.supervisor, path)).json()["data"] == []


def test_every_kind_says_where_it_is_acted_on() -> None:
    assert set(ACTED_ON) == set(WaitingKind)


async def test_hospital_stays_with_proof_are_confirmed_as_a_list(rounds: Rounds) -> None:
    away = {"reason": "hospital", "starts_on": "2026-11-05", "ends_on": "2026-11-20", "proof": True}
    elders = [await rounds.confirmed("2026-11-03", categories=["living_alone"]) for _ in range(3)]
    rounds.on("2026-11-05")
    for elder in elders:
        await rounds.does(rounds.liaison, f"/v1/elders/{elder}/suspensions", **away)
    path = "/v1/suspensions?state=provisional&reason=hospital&proof=true"
    waiting = [each["id"] for each in (await rounds.reads(rounds.instructor, path)).json()["data"]]
    assert len(waiting) == 3

    answer = await rounds.does(rounds.instructor, "/v1/suspensions/confirm", ids=[*waiting, UNKNOWN])

    assert [each["state"] for each in answer["items"]] == ["confirmed"] * 3 + [None]
    assert [each["code"] for each in answer["items"][3]["errors"]] == ["not_found"]
    assert "suspension" not in await inbox(rounds, rounds.instructor)
    again = await rounds.does(rounds.instructor, "/v1/suspensions/confirm", ids=waiting[:1])
    assert again["items"][0]["errors"][0]["code"] == "wrong_state"


async def test_a_month_waits_for_the_district_from_the_fifth_working_day_on(rounds: Rounds) -> None:
    async with rounds.opened(writes=True) as registers:
        await registers.places.start_tracking(DISTRICT, date(2026, 10, 1))
    for day, waiting in (("2026-11-05", []), ("2026-11-06", ["2026-10"])):
        rounds.on(day)
        for person, shown in ((rounds.supervisor, waiting), (rounds.instructor, [])):
            assert (await rounds.reads(person, "/v1/inbox")).json()["months_to_close"] == shown
