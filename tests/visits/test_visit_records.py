"""Visit records read back: lists, one record, and what it is good for."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from api.domain.credits import NotCounted
from api.messages import CATALOGUE
from tests.builders import OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE, a_liaison, an_instructor
from tests.duty.office import code
from tests.visits.rounds import Rounds, a_visit, at, nobody_home, refused

# --- lists ---------------------------------------------------------------------------------------------


async def ids(rounds: Rounds, query: str = "", *, by: Any = None) -> list[str]:
    answer = await rounds.reads(by or rounds.instructor, f"/v1/visits{query}")
    assert answer.status_code == 200, answer.text
    return [line["id"] for line in answer.json()["data"]]


async def test_a_list_shows_the_latest_day_first_and_nobodys_name(rounds: Rounds) -> None:
    elder_id = await rounds.elder(name="陈阿婆")
    early = await rounds.sends(elder_id, **at("2026-10-20"), notes="腿脚不便")
    late = await rounds.sends(elder_id, **at("2026-11-02"))

    answer = await rounds.reads(rounds.instructor, "/v1/visits")

    assert [line["id"] for line in answer.json()["data"]] == [late["id"], early["id"]]
    assert not any(word in answer.text for word in ("陈阿婆", "林水妹", "腿脚不便"))
    assert answer.json()["data"][0]["elder"]["village"] == VILLAGE


async def test_a_list_is_narrowed_by_what_is_asked(rounds: Rounds) -> None:
    elder_id, other = await rounds.elder(), await rounds.elder()
    home = (await rounds.sends(elder_id, **at("2026-11-02")))["id"]
    phone = (await rounds.sends(elder_id, method="phone", **at("2026-11-01")))["id"]
    gone = (await rounds.sends(other, **nobody_home("2026-10-20"), by=rounds.instructor))["id"]
    await rounds.commands(rounds.instructor, phone, "return")

    assert await ids(rounds, f"?elder_id={elder_id}") == [home, phone]
    assert await ids(rounds, "?visited_on.gte=2026-11-01&visited_on.lt=2026-11-02") == [phone]
    assert await ids(rounds, "?method=phone") == [phone]
    assert await ids(rounds, "?outcome=not_met") == [gone]
    assert await ids(rounds, "?standing=returned") == [phone]
    assert await ids(rounds, "?source=mine") == [gone]
    assert await ids(rounds, "?flag=late_entry") == [gone]
    assert await ids(rounds, "?flag=name_differs") == []
    assert await ids(rounds, f"?area={TOWNSHIP}") == [home, phone, gone]


async def test_an_external_id_is_looked_up_among_the_readers_own_records(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    mine = await rounds.sends(elder_id, external_id="A-1")
    await rounds.sends(elder_id, external_id="A-1", by=rounds.neighbour, **at("2026-10-30"))

    assert await ids(rounds, "?external_id=A-1", by=rounds.liaison) == [mine["id"]]


async def test_pages_follow_one_another_to_the_end(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = [a_visit(elder_id, **at("2026-11-02", hour)) for hour in range(8, 10)]
    sent += [a_visit(elder_id, **at(f"2026-10-{day}")) for day in (20, 21, 22)]
    taken = {item["id"] for item in await rounds.batch(*sent)}

    seen: list[str] = []
    query = "?page_size=2"
    while query:
        answer = (await rounds.reads(rounds.instructor, f"/v1/visits{query}")).json()
        seen += [line["id"] for line in answer["data"]]
        query = f"?page_size=2&page_token={answer['next_page_token']}" if answer["has_more"] else ""

    assert len(seen) == 5
    assert set(seen) == taken


async def test_a_page_token_is_good_for_its_own_filter_only(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    await rounds.batch(*(a_visit(elder_id, **at("2026-11-02", hour)) for hour in (8, 9)))
    first = (await rounds.reads(rounds.instructor, "/v1/visits?page_size=1")).json()

    other = await rounds.reads(
        rounds.instructor, f"/v1/visits?page_size=1&method=home&page_token={first['next_page_token']}"
    )

    assert code(other) == "400 page_token_invalid"


async def test_an_unknown_filter_is_refused(rounds: Rounds) -> None:
    assert code(await rounds.reads(rounds.instructor, "/v1/visits?name=x")) == "400 query_parameter_unknown"


# --- one record ----------------------------------------------------------------------------------------


async def test_a_record_reads_as_it_was_sent(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id, external_id="A-1", notes="精神好", disease={"status": "severe", "name": "肺炎"})

    answer = await rounds.reads(rounds.instructor, f"/v1/visits/{sent['id']}")
    shown = answer.json()

    assert shown["record"]["notes"] == "精神好"
    assert shown["record"]["disease"] == {"status": "severe", "name": "肺炎"}
    assert shown["record"]["started_at"] == "2026-11-02T01:00:00Z"
    assert (shown["elder"]["id"], shown["visit_no"], shown["external_id"]) == (elder_id, 1, "A-1")
    assert answer.headers["etag"] == shown["etag"]


async def test_a_record_that_has_not_changed_is_not_sent_again(rounds: Rounds) -> None:
    sent = await rounds.sends(await rounds.elder())
    client = await rounds.client_of(rounds.instructor)
    tag = (await client.get(f"/v1/visits/{sent['id']}")).headers["etag"]

    again = await client.get(f"/v1/visits/{sent['id']}", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["", "/credit"])
async def test_a_record_of_another_township_is_as_good_as_unknown(rounds: Rounds, path: str) -> None:
    elder_id = await rounds.elder(village=OTHER_VILLAGE)
    sent = await rounds.sends(elder_id, by=a_liaison(OTHER_VILLAGE))

    outside = await rounds.reads(rounds.instructor, f"/v1/visits/{sent['id']}{path}")
    unknown = await rounds.reads(rounds.instructor, f"/v1/visits/01890000-0000-7000-8000-000000000000{path}")

    assert outside.status_code == unknown.status_code == 404
    assert outside.json()["code"] == unknown.json()["code"]


# --- what a record is good for -------------------------------------------------------------------------


async def test_a_record_names_the_period_it_meets(rounds: Rounds) -> None:
    sent = await rounds.sends(await rounds.elder(tier="priority"))

    assert await rounds.credit(sent["id"]) == {
        "counts_toward": [{"period": "2026-11-H1", "tier": "priority", "counted": True}],
        "not_counted": None,
    }


async def by_telephone(rounds: Rounds) -> dict[str, Any]:
    return await rounds.sends(await rounds.elder(), method="phone")


async def at_the_canteen(rounds: Rounds) -> dict[str, Any]:
    return await rounds.sends(await rounds.elder(), place="canteen")


async def in_vain(rounds: Rounds) -> dict[str, Any]:
    return await rounds.sends(await rounds.elder(), **nobody_home("2026-11-02"))


async def a_second_time(rounds: Rounds) -> dict[str, Any]:
    elder_id = await rounds.elder()
    await rounds.sends(elder_id, **at("2026-11-01"))
    return await rounds.sends(elder_id)


async def before_the_roll(rounds: Rounds) -> dict[str, Any]:
    return await rounds.sends(await rounds.elder(starts_on=date(2026, 10, 20)), **at("2026-10-15"))


async def in_hospital(rounds: Rounds) -> dict[str, Any]:
    elder_id = await rounds.elder()
    rounds.on("2026-11-05")
    await rounds.tells(elder_id, "suspensions", starts_on="2026-11-04", ends_on="2026-11-20", reason="hospital")
    return await rounds.sends(elder_id, **at("2026-11-05"))


async def after_moving_out(rounds: Rounds) -> dict[str, Any]:
    elder_id = await rounds.elder()
    await rounds.tells(elder_id, "exit", kind="moved_out", last_day_on="2026-11-01", source="family")
    return await rounds.sends(elder_id)


async def after_saying_no(rounds: Rounds) -> dict[str, Any]:
    elder_id = await rounds.elder()
    await rounds.tells(elder_id, "consents", word="withdrawn", by="self", on="2026-11-02")
    return await rounds.sends(elder_id, **at("2026-11-03", 8))


async def by_the_household(rounds: Rounds) -> dict[str, Any]:
    elder_id = await rounds.elder(name="林水妹")
    return await rounds.sends(elder_id, worker={"name": "林水妹", "kind": "relative_or_neighbour"})


async def twice_from_two_sources(rounds: Rounds) -> dict[str, Any]:
    elder_id = await rounds.elder()
    await rounds.sends(elder_id, by=rounds.neighbour)
    return await rounds.sends(elder_id)


async def after_the_death_was_found(rounds: Rounds) -> dict[str, Any]:
    elder_id = await rounds.elder()
    await rounds.tells(elder_id, "exit", kind="death", last_day_on="2026-11-01", found_on="2026-11-03", source="family")
    return await rounds.sends(elder_id, **at("2026-11-01"))


async def sent_back(rounds: Rounds) -> dict[str, Any]:
    sent = await rounds.sends(await rounds.elder())
    assert (await rounds.commands(rounds.instructor, sent["id"], "return")).status_code == 200
    return sent | {"not_counted": "returned"}


async def made_void(rounds: Rounds) -> dict[str, Any]:
    sent = await rounds.sends(await rounds.elder())
    assert (await rounds.commands(rounds.instructor, sent["id"], "void")).status_code == 200
    return sent | {"not_counted": "voided"}


async def taken_back(rounds: Rounds) -> dict[str, Any]:
    sent = await rounds.sends(await rounds.elder())
    assert (await rounds.commands(rounds.liaison, sent["id"], "withdraw")).status_code == 200
    return sent | {"not_counted": "withdrawn"}


async def where_nothing_is_due(rounds: Rounds) -> dict[str, Any]:
    rounds.on("2026-11-20")
    elder_id = await rounds.elder(starts_on=date(2026, 11, 17), months=("2026-11", "2026-12"))
    return await rounds.sends(elder_id, **at("2026-11-18"))


async def before_tracking(rounds: Rounds) -> dict[str, Any]:
    elder_id = await rounds.elder()
    async with rounds.opened(writes=True) as registers:
        await registers.places.start_tracking(TOWNSHIP, date(2026, 11, 1))
    return await rounds.sends(elder_id, **at("2026-10-31"))


async def to_a_draft(rounds: Rounds) -> dict[str, Any]:
    return await rounds.sends(await rounds.drafted())


async def months_late(rounds: Rounds) -> dict[str, Any]:
    return await rounds.sends(await rounds.elder(months=("2026-07", "2026-12")), **at("2026-07-20"))


async def after_two_refusals(rounds: Rounds) -> dict[str, Any]:
    elder_id = await rounds.elder()
    await rounds.batch(*(a_visit(elder_id, **refused(day)) for day in ("2026-11-01", "2026-11-02")))
    return await rounds.sends(elder_id, **at("2026-11-03", 8))


SITUATIONS: dict[NotCounted, Callable[[Rounds], Awaitable[dict[str, Any]]]] = {
    NotCounted.NOT_HOME: by_telephone,
    NotCounted.PLACE: at_the_canteen,
    NotCounted.OUTCOME: in_vain,
    NotCounted.ALREADY_MET: a_second_time,
    NotCounted.BEFORE_CONFIRMATION: before_the_roll,
    NotCounted.SUSPENDED: in_hospital,
    NotCounted.EXITED: after_moving_out,
    NotCounted.DECLINED: after_saying_no,
    NotCounted.WORKER_RELATED: by_the_household,
    NotCounted.PROBABLE_DUPLICATE: twice_from_two_sources,
    NotCounted.INCIDENT_REVIEW: after_the_death_was_found,
    NotCounted.RETURNED: sent_back,
    NotCounted.VOIDED: made_void,
    NotCounted.WITHDRAWN: taken_back,
    NotCounted.NOTHING_DUE: where_nothing_is_due,
    NotCounted.NOT_TRACKED: before_tracking,
    NotCounted.NOT_CONFIRMED: to_a_draft,
    NotCounted.AWAITING_ACCEPTANCE: months_late,
    NotCounted.REFUSED_PERIOD: after_two_refusals,
}


def test_every_reason_has_its_situation() -> None:
    assert set(SITUATIONS) == set(NotCounted)


@pytest.mark.parametrize("reason", NotCounted)
async def test_a_visit_that_does_not_count_says_why(rounds: Rounds, reason: NotCounted) -> None:
    sent = await SITUATIONS[reason](rounds)
    credit = await rounds.credit(sent["id"])

    assert sent["not_counted"] == reason.value
    assert credit["not_counted"] == {
        "code": reason.value,
        "detail": CATALOGUE[f"not_counted_{reason}"].zh.detail,
    }
    assert not any(each["counted"] for each in credit["counts_toward"])


# --- what makes one look twice -------------------------------------------------------------------------


def flags(item: dict[str, Any]) -> list[str]:
    return [flag["code"] for flag in item["flags"]]


async def test_a_record_four_days_old_is_flagged_late(rounds: Rounds) -> None:
    elder_id = await rounds.elder()

    assert flags(await rounds.sends(elder_id, **at("2026-10-31"))) == []
    late = await rounds.sends(elder_id, **at("2026-10-30"))

    assert [(flag["code"], flag["params"]) for flag in late["flags"]] == [("late_entry", {"days": 4})]
    assert late["not_counted"] is None


async def test_a_name_that_differs_a_little_is_flagged(rounds: Rounds) -> None:
    elder_id = await rounds.elder(name="陈阿婆")

    item = await rounds.sends(elder_id, elder={"id": elder_id, "name": "陈阿波"})

    assert flags(item) == ["name_differs"]
    assert item["not_counted"] is None


async def test_somebody_found_by_village_and_name_alone_is_flagged(rounds: Rounds) -> None:
    await rounds.elder(name="陈阿婆")

    item = await rounds.sends(None, elder={"village": VILLAGE, "name": "陈阿婆"})

    assert (item["result"], flags(item)) == ("created", ["matched_by_name"])


async def test_of_the_same_visit_from_two_sources_one_counts(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    first = await rounds.sends(elder_id)
    second = await rounds.sends(elder_id, by=rounds.neighbour)

    assert (flags(first), first["not_counted"]) == ([], None)
    assert (flags(second), second["not_counted"]) == (["probable_duplicate"], "probable_duplicate")


@pytest.mark.parametrize("command", ["void", "withdraw"])
async def test_when_the_one_that_counted_stands_no_more_the_other_counts(rounds: Rounds, command: str) -> None:
    elder_id = await rounds.elder()
    first = await rounds.sends(elder_id)
    second = await rounds.sends(elder_id, by=rounds.neighbour)
    third = await rounds.sends(elder_id, by=rounds.instructor)

    by = rounds.liaison if command == "withdraw" else rounds.supervisor
    assert (await rounds.commands(by, first["id"], command)).status_code == 200
    assert await rounds.why_not(second["id"]) is None
    assert await rounds.why_not(third["id"]) == "probable_duplicate"
    shown = (await rounds.reads(rounds.supervisor, f"/v1/visits/{second['id']}")).json()
    assert shown["flags"] == []
    assert await rounds.met(elder_id)


async def test_boxes_filled_in_without_meeting_anybody_are_flagged_and_open_nothing(rounds: Rounds) -> None:
    item = await rounds.sends(await rounds.elder(), outcome="hospitalised", gas_safety="unsafe")

    assert flags(item) == ["observed_without_meeting"]
    assert item["opened"]["hazards"] == []
    assert len(item["opened"]["proposals"]) == 1


async def test_a_visit_after_the_death_is_kept_and_flagged(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    await rounds.tells(elder_id, "exit", kind="death", last_day_on="2026-11-01", source="family")

    item = await rounds.sends(elder_id)

    assert (item["result"], flags(item), item["not_counted"]) == ("created", ["visit_after_death"], "exited")


async def test_what_was_flagged_is_flagged_when_the_record_is_sent_again(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    first = await rounds.sends(elder_id, **at("2026-10-30"))
    again = await rounds.sends(elder_id, **at("2026-10-30"))

    assert (again["result"], again["id"], again["flags"]) == ("unchanged", first["id"], first["flags"])


async def test_a_provider_of_records_reads_its_own_area_only(rounds: Rounds) -> None:
    await rounds.sends(await rounds.elder())

    assert await ids(rounds, by=an_instructor(OTHER_TOWNSHIP)) == []
