"""The same records sent again: by retries, in other batches, by other sessions, corrected at their source."""

import asyncio
from typing import Any

from api.store import tables
from tests.builders import VILLAGE
from tests.duty.office import code
from tests.promises.names import promise
from tests.visits.rounds import Rounds, a_visit, at, nobody_home


async def test_a_higher_version_replaces_and_other_content_under_the_same_version_clashes(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    first = await rounds.sends(elder_id, external_id="A-1", method="phone")

    clash = await rounds.tries(elder_id, external_id="A-1")
    newer = await rounds.sends(elder_id, external_id="A-1", external_version=2)
    older = await rounds.tries(elder_id, external_id="A-1", method="phone")

    assert code(clash) == code(older) == "409 stale_version"
    assert (newer["result"], newer["id"], newer["not_counted"]) == ("updated", first["id"], None)
    assert await rounds.owed(elder_id, "2026-11") == ["M met"]


async def test_of_300_records_sent_again_with_three_changed_three_are_updated(rounds: Rounds) -> None:
    elders = [await rounds.elder() for _ in range(6)]
    records = [
        a_visit(elders[n % 6], external_id=f"A-{n}", **at(f"2026-10-{n // 12 + 5:02}", 8 + n // 6 % 2))
        for n in range(300)
    ]
    created = await rounds.batch(*records)
    changed = [
        record | ({"external_version": 2, "notes": "更正"} if n in (7, 77, 277) else {})
        for n, record in enumerate(records)
    ]
    again = await rounds.batch(*changed)

    assert {item["result"] for item in created} == {"created"}
    assert [n for n, item in enumerate(again) if item["result"] == "updated"] == [7, 77, 277]
    assert sum(item["result"] == "unchanged" for item in again) == 297
    assert [item["id"] for item in again] == [item["id"] for item in created]


@promise("B1")
async def test_nine_offline_records_sent_twice_in_other_batches_are_nine_visits(rounds: Rounds) -> None:
    elders = [await rounds.elder(name=name) for name in ("陈阿婆", "林阿公", "黄阿妹")]
    by_name = {"elder": {"village": VILLAGE, "name": "黄阿妹"}}
    paper = {"started_at": None, "ended_at": None, "time_unknown": True}
    records = [
        a_visit(elders[0]),
        a_visit(elders[0], **at("2026-11-01", 9)),
        a_visit(elders[0], **at("2026-11-01", 15)),
        a_visit(elders[1], visited_on="2026-11-01", **paper),
        a_visit(elders[1], visited_on="2026-11-02", **paper),
        a_visit(elders[1], **nobody_home("2026-10-31")),
        a_visit(None) | by_name,
        a_visit(None, **at("2026-11-01")) | by_name,
        a_visit(None, external_id="phone-17:9", method="phone") | by_name,
    ]

    async def send(key: str, *items: dict[str, Any]) -> list[dict[str, Any]]:
        client = await rounds.client_of(rounds.liaison)
        answer = await client.post("/v1/visits/batch", json={"items": items}, headers={"Idempotency-Key": key})
        return list(answer.json()["items"])

    first = await send("offline-0123456789", *records[:4]) + await send("offline-1123456789", *records[4:])
    second = await send("offline-2123456789", *reversed(records[2:])) + await send("offline-3123456789", *records[:2])

    assert {item["result"] for item in first} == {"created"}
    assert {item["result"] for item in second} == {"unchanged"}
    assert {item["id"] for item in first} == {item["id"] for item in second}
    assert len(await rounds.rows(tables.Visit)) == 9


PAPER = {"started_at": None, "ended_at": None, "time_unknown": True, "visited_on": "2026-11-01"}


async def test_a_second_visit_of_a_day_without_times_is_one_of_its_own_and_sent_again_it_stays_so(
    rounds: Rounds,
) -> None:
    elder_id = await rounds.elder()
    morning, evening = a_visit(elder_id, **PAPER, notes="上午"), a_visit(elder_id, **PAPER, notes="傍晚")

    [first] = await rounds.batch(morning)
    [second] = await rounds.batch(evening)
    again = [*await rounds.batch(evening), *await rounds.batch(evening, morning)]

    assert (first["result"], second["result"]) == ("created", "created")
    assert [(item["result"], item["id"]) for item in again] == [
        ("unchanged", second["id"]),
        ("unchanged", second["id"]),
        ("unchanged", first["id"]),
    ]
    assert len(await rounds.rows(tables.Visit)) == 2


async def test_the_third_of_a_day_is_told_from_the_two_that_came_before(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    records = [a_visit(elder_id, **PAPER, notes=f"第{n}次") for n in range(6)]
    before = await rounds.batch(*records[:2]) + await rounds.batch(*records[2:5])

    again = await rounds.batch(records[5], records[3], records[0])

    assert [item["result"] for item in again] == ["created", "unchanged", "unchanged"]
    assert [item["id"] for item in again[1:]] == [before[3]["id"], before[0]["id"]]


async def test_the_old_words_of_an_amended_record_are_no_further_visit(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    said = a_visit(elder_id, **PAPER, notes="上午")
    [first] = await rounds.batch(said)
    await rounds.commands(rounds.liaison, first["id"], "amend", record=said | {"notes": "下午"})

    [again] = await rounds.batch(said)
    [amended] = await rounds.batch(said | {"notes": "下午"})

    assert (again["result"], again["errors"][0]["code"]) == ("rejected", "stale_version")
    assert (amended["result"], amended["id"]) == ("unchanged", first["id"])


async def test_a_higher_version_without_a_name_replaces_the_record_it_corrects(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    said = a_visit(elder_id, **PAPER, notes="上午")
    [first] = await rounds.batch(said)

    [newer] = await rounds.batch(said | {"notes": "下午", "external_version": 2})

    assert (newer["result"], newer["id"]) == ("updated", first["id"])


async def test_visits_of_a_day_without_times_that_come_in_at_once_are_each_kept_once(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    clients = [await rounds.client_of(rounds.liaison) for _ in range(8)]

    answers = await asyncio.gather(
        *(
            client.post("/v1/visits", json=a_visit(elder_id, **PAPER, notes=f"第{n % 4}次"))
            for n, client in enumerate(clients)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [201] * 4, [a.text for a in answers]
    assert len(await rounds.rows(tables.Visit)) == 4


async def test_a_second_record_without_times_of_somebody_who_cannot_be_told_waits_beside_the_first(
    rounds: Rounds,
) -> None:
    one, _ = await rounds.elder(name="陈阿婆"), await rounds.elder(name="陈阿婆")
    by_name = {"elder": {"village": VILLAGE, "name": "陈阿婆"}}
    morning, evening = (a_visit(None, **PAPER, notes=words) | by_name for words in ("上午", "傍晚"))

    [first], [second] = await rounds.batch(morning), await rounds.batch(evening)
    await rounds.says(rounds.instructor, f"/v1/held-visits/{first['id']}/assign", elder_id=one)
    again = await rounds.batch(evening, morning)

    assert first["id"] != second["id"]
    assert [item["result"] for item in again] == ["held", "unchanged"]
    assert again[0]["id"] == second["id"]


async def test_the_same_new_record_from_two_sessions_at_once_is_one_visit(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    clients = [await rounds.client_of(rounds.liaison) for _ in range(8)]

    answers = await asyncio.gather(
        *(client.post("/v1/visits", json=a_visit(elder_id, external_id="A-1")) for client in clients)
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201], [a.text for a in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
