"""Records whose person could not be told: they wait, and the township says who it was."""

import asyncio
from typing import Any

from api.store import tables
from tests.builders import OTHER_TOWNSHIP, VILLAGE, an_instructor
from tests.duty.office import code
from tests.visits.rounds import REASON, Rounds, a_visit, at

NOBODY = "01890000-0000-7000-8000-000000000000"
NAMED = {"village": VILLAGE, "name": "陈阿婆", "hint": "后埔祠堂边"}


async def a_held_record(rounds: Rounds, **said: Any) -> dict[str, Any]:
    """Sent by village and name, which two elders share."""
    item = await rounds.sends(None, elder=NAMED, **said)
    assert item["result"] == "held", item
    return item


async def two_of_one_name(rounds: Rounds) -> tuple[str, str]:
    return await rounds.elder(name="陈阿婆"), await rounds.elder(name="陈阿婆")


async def held(rounds: Rounds, query: str = "") -> list[dict[str, Any]]:
    answer = await rounds.reads(rounds.instructor, f"/v1/held-visits{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def assign(rounds: Rounds, held_id: str, elder_id: str) -> Any:
    return await rounds.says(rounds.instructor, f"/v1/held-visits/{held_id}/assign", elder_id=elder_id)


async def test_a_name_that_two_elders_share_waits_for_the_township(rounds: Rounds) -> None:
    one, _ = await two_of_one_name(rounds)
    answer = await rounds.tries(None, elder=NAMED)

    assert (answer.status_code, answer.json()["result"]) == (202, "held")
    assert await rounds.owed(one, "2026-11") == ["M open"]
    [line] = await held(rounds)
    assert (line["state"], line["reason"], line["village"]) == ("held", "name_uncertain", VILLAGE)
    assert (line["elder"]["name"], line["elder"]["hint"]) == ("陈阿婆", "后埔祠堂边")


async def test_a_name_nothing_like_the_registers_waits_too(rounds: Rounds) -> None:
    elder_id = await rounds.elder(name="陈阿婆")

    item = await rounds.sends(elder_id, elder={"id": elder_id, "name": "林水木"})

    assert item["result"] == "held"
    [line] = await held(rounds)
    assert (line["reason"], line["elder"]["id"]) == ("name_unlike", elder_id)


async def test_an_assigned_record_counts_at_once_and_keeps_its_author(rounds: Rounds) -> None:
    one, two = await two_of_one_name(rounds)
    waiting = await a_held_record(rounds, external_id="A-1")

    answer = await assign(rounds, waiting["id"], two)

    item = answer.json()
    assert (answer.status_code, item["result"]) == (200, "created"), answer.text
    assert item["counts_toward"] == [{"period": "2026-11-M", "tier": "general", "counted": True}]
    assert [flag["code"] for flag in item["flags"]] == ["matched_by_name"]
    assert [await rounds.owed(elder, "2026-11") for elder in (one, two)] == [["M open"], ["M met"]]
    [line] = await held(rounds, "?state=assigned")
    assert line["visit_id"] == item["id"]
    amended = await rounds.commands(rounds.liaison, item["id"], "amend", record=a_visit(two, notes="更正"))
    assert amended.status_code == 200


async def test_a_record_sent_again_after_it_was_assigned_is_unchanged(rounds: Rounds) -> None:
    _, two = await two_of_one_name(rounds)
    for name in ("A-1", None):
        waiting = await a_held_record(rounds, external_id=name, **at("2026-11-01" if name else "2026-11-02"))
        again = await a_held_record(rounds, external_id=name, **at("2026-11-01" if name else "2026-11-02"))
        assert again["id"] == waiting["id"]

        visit = (await assign(rounds, waiting["id"], two)).json()
        repeated = await rounds.sends(None, elder=NAMED, external_id=name, **at("2026-11-01" if name else "2026-11-02"))

        assert (repeated["result"], repeated["id"]) == ("unchanged", visit["id"])
    assert len(await rounds.rows(tables.Visit)) == 2


async def test_a_newer_version_of_an_assigned_record_stays_with_its_elder(rounds: Rounds) -> None:
    _, two = await two_of_one_name(rounds)
    waiting = await a_held_record(rounds, external_id="A-1")
    visit = (await assign(rounds, waiting["id"], two)).json()

    newer = await rounds.sends(None, elder=NAMED, external_id="A-1", external_version=2, method="phone")

    assert (newer["result"], newer["id"], newer["not_counted"]) == ("updated", visit["id"], "not_home")


async def test_a_newer_version_of_a_waiting_record_takes_its_place(rounds: Rounds) -> None:
    _, two = await two_of_one_name(rounds)
    waiting = await a_held_record(rounds, external_id="A-1")

    clash = await rounds.tries(None, elder=NAMED, external_id="A-1", method="phone")
    newer = await a_held_record(rounds, external_id="A-1", external_version=2, method="phone")

    assert code(clash) == "409 stale_version"
    assert newer["id"] == waiting["id"]
    assert (await assign(rounds, waiting["id"], two)).json()["not_counted"] == "not_home"


async def test_a_sender_who_says_better_who_it_was_needs_no_township(rounds: Rounds) -> None:
    one, _ = await two_of_one_name(rounds)
    waiting = await a_held_record(rounds, external_id="A-1")

    visit = await rounds.sends(one, external_id="A-1")

    assert visit["result"] == "created"
    [line] = await held(rounds)
    assert (line["id"], line["state"], line["visit_id"]) == (waiting["id"], "assigned", visit["id"])


async def test_two_visits_at_one_hour_to_two_uncertain_people_are_two_records(rounds: Rounds) -> None:
    await two_of_one_name(rounds)
    items = await rounds.batch(
        a_visit(None, elder=NAMED), a_visit(None, elder={"village": VILLAGE, "name": "无此人名"})
    )

    assert [item["result"] for item in items] == ["held", "held"]
    assert len({item["id"] for item in items}) == 2


async def test_a_dismissed_record_is_refused_when_it_comes_again(rounds: Rounds) -> None:
    await two_of_one_name(rounds)
    waiting = await a_held_record(rounds, external_id="A-1")

    answer = await rounds.says(rounds.instructor, f"/v1/held-visits/{waiting['id']}/dismiss", reason=REASON)

    assert (answer.status_code, answer.json()["state"]) == (200, "dismissed")
    assert code(await rounds.tries(None, elder=NAMED, external_id="A-1")) == "409 held_dismissed"
    assert code(await assign(rounds, waiting["id"], await rounds.elder())) == "409 wrong_state"
    assert [version["command"] for version in await rounds.history("held_visit", waiting["id"])] == [
        "hold",
        "dismiss",
    ]


async def test_a_major_risk_is_heard_while_its_record_waits_and_finds_its_person_later(rounds: Rounds) -> None:
    _, two = await two_of_one_name(rounds)
    waiting = await a_held_record(rounds, external_id="A-1", major_risk={"kind": "gas_leak"})
    [escalation] = waiting["opened"]["escalations"]
    [row] = await rounds.rows(tables.Escalation)
    assert (row.elder_id, row.village) == (None, VILLAGE)

    item = (await assign(rounds, waiting["id"], two)).json()

    assert item["opened"]["escalations"] == [escalation]
    [row] = await rounds.rows(tables.Escalation)
    assert (str(row.elder_id), str(row.source_visit)) == (two, item["id"])


async def test_a_record_is_not_assigned_to_somebody_elses_elder(rounds: Rounds) -> None:
    await two_of_one_name(rounds)
    waiting = await a_held_record(rounds)
    stranger = await rounds.elder(village="350303101201")

    assert code(await assign(rounds, waiting["id"], stranger)) == "422 elder_unknown"
    assert [line["state"] for line in await held(rounds)] == ["held"]


async def test_another_township_sees_none_of_it(rounds: Rounds) -> None:
    one, _ = await two_of_one_name(rounds)
    waiting = await a_held_record(rounds)
    other = an_instructor(OTHER_TOWNSHIP)

    listed = await rounds.reads(other, "/v1/held-visits")
    assigned = await rounds.says(other, f"/v1/held-visits/{waiting['id']}/assign", elder_id=one)

    assert listed.json()["data"] == []
    assert code(assigned) == "404 not_found"


async def test_a_liaison_does_not_say_who_it_was(rounds: Rounds) -> None:
    one, _ = await two_of_one_name(rounds)
    waiting = await a_held_record(rounds)

    answer = await rounds.says(rounds.liaison, f"/v1/held-visits/{waiting['id']}/assign", elder_id=one)

    assert code(answer) == "403 permission_missing"


async def test_of_eight_who_assign_at_once_one_does(rounds: Rounds) -> None:
    one, two = await two_of_one_name(rounds)
    waiting = await a_held_record(rounds)
    clients = [await rounds.client_of(an_instructor()) for _ in range(8)]

    path = f"/v1/held-visits/{waiting['id']}/assign"
    answers = await asyncio.gather(
        *(client.post(path, json={"elder_id": (one, two)[n % 2]}) for n, client in enumerate(clients))
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7, [a.text for a in answers]
    assert len(await rounds.rows(tables.Visit)) == 1


async def test_the_township_says_of_many_at_once_and_each_counts(rounds: Rounds) -> None:
    one, two = await two_of_one_name(rounds)
    ids = [(await a_held_record(rounds, external_id=f"A-{day}", **at(f"2026-11-0{day}")))["id"] for day in (1, 2)]

    answer = await rounds.says(
        rounds.instructor,
        "/v1/held-visits/assign",
        items=[
            {"held_id": ids[0], "elder_id": one},
            {"held_id": ids[1], "elder_id": two},
            {"held_id": ids[1], "elder_id": one},
            {"held_id": NOBODY, "elder_id": one},
        ],
    )

    assert answer.status_code == 207, answer.text
    items = answer.json()["items"]
    assert [item["result"] for item in items] == ["created", "created", "rejected", "rejected"]
    assert [item["errors"][0]["code"] for item in items[2:]] == ["duplicate_in_batch", "not_found"]
    assert [await rounds.owed(elder, "2026-11") for elder in (one, two)] == [["M met"], ["M met"]]
    mine = await rounds.reads(rounds.liaison, "/v1/visits?external_id=A-2")
    assert [line["id"] for line in mine.json()["data"]] == [items[1]["id"]]


async def test_of_many_those_that_cannot_stand_keep_waiting(rounds: Rounds) -> None:
    one, _ = await two_of_one_name(rounds)
    stranger = await rounds.elder(village="350303101201")
    ids = [(await a_held_record(rounds, external_id=f"A-{day}", **at(f"2026-11-0{day}")))["id"] for day in (1, 2)]
    await assign(rounds, ids[0], one)

    answer = await rounds.says(
        rounds.instructor,
        "/v1/held-visits/assign",
        items=[{"held_id": ids[0], "elder_id": one}, {"held_id": ids[1], "elder_id": stranger}],
    )

    found = [(item["status"], item["errors"][0]["code"]) for item in answer.json()["items"]]
    assert found == [(409, "wrong_state"), (422, "elder_unknown")]
    assert [line["id"] for line in await held(rounds, "?state=held")] == [ids[1]]
