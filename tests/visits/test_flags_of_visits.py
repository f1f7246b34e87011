"""Flags as a sender sees them: on what is stored, on what comes together, and never in the way of care."""

from typing import Any
from uuid import UUID

from sqlalchemy import update

from api.store import tables
from api.store.tables import table_of
from tests.visits.rounds import Rounds, a_visit, at

HERE = {"lat": 25.4541, "lng": 119.1103, "coord_sys": "wgs84", "accuracy_m": 10}
AT_THE_OFFICE = {**HERE, "lat": 25.4721}  # two kilometres to the north


def checks(day: str, where: dict[str, Any] = HERE, hour: int = 9) -> dict[str, Any]:
    """A visit of half an hour with a device."""
    return at(
        day,
        hour,
        check_in={"at": f"{day}T{hour:02}:00:00+08:00", **where},
        check_out={"at": f"{day}T{hour:02}:30:00+08:00", **where},
    )


def flags(item: dict[str, Any]) -> list[str]:
    return [flag["code"] for flag in item["flags"] if flag["code"] != "late_entry"]


async def test_a_flag_says_what_was_seen_and_what_to_do_and_the_visit_counts(rounds: Rounds) -> None:
    rounds.on("2026-11-02")
    item = await rounds.sends(
        await rounds.elder(),
        started_at="2026-11-02T09:00:00+08:00",
        ended_at="2026-11-02T09:04:00+08:00",
        capture={"method": "manual", "reason": "手机没电"},
        check_in={"at": "2026-11-02T09:00:00+08:00", **HERE},
    )

    assert item["not_counted"] is None
    assert flags(item) == ["too_short", "no_check_out", "manual_entry"]
    assert item["flags"][0]["params"] == {"minutes": 4, "least": 10}
    assert item["flags"][0]["detail"] == "上门只停留了 4 分钟，不足 10 分钟"


async def test_where_an_elder_is_met_is_learnt_and_a_far_check_in_is_seen(rounds: Rounds) -> None:
    rounds.on("2026-11-10")
    elder_id = await rounds.elder()
    first = [flags(await rounds.sends(elder_id, **checks(f"2026-11-0{day}", AT_THE_OFFICE))) for day in (1,)]
    near = [flags(await rounds.sends(elder_id, **checks(f"2026-11-0{day}"))) for day in (2, 3, 4)]
    far = await rounds.sends(elder_id, **checks("2026-11-05", AT_THE_OFFICE))
    elsewhere = await rounds.sends(elder_id, place="day_centre", **checks("2026-11-06", AT_THE_OFFICE))

    assert first == [[]]
    assert near == [[]] * 3
    assert next(flag for flag in far["flags"] if flag["code"] == "gps_far")["params"] == {"band": "1-3km"}
    assert flags(elsewhere) == []


async def test_one_worker_in_two_houses_at_once_is_seen_whichever_way_the_records_come(rounds: Rounds) -> None:
    one, two, three = [await rounds.elder() for _ in range(3)]
    await rounds.sends(one, external_id="A-1")

    singly = await rounds.sends(two, external_id="A-2", started_at="2026-11-02T09:10:00+08:00")
    together = await rounds.batch(
        a_visit(two, external_id="A-3", **at("2026-11-01", 9)),
        a_visit(three, external_id="A-4", **at("2026-11-01", 9)),
    )
    by_another = await rounds.sends(three, external_id="A-5", worker={"name": "别人", "kind": "grid_worker"})

    assert flags(singly) == ["worker_in_two_places"]
    assert [flags(item) for item in together] == [["worker_in_two_places"]] * 2
    assert flags(by_another) == []


async def test_a_couple_is_one_visit_to_a_house(rounds: Rounds) -> None:
    wife, husband = await rounds.elder(), await rounds.elder()
    await of_one_household(rounds, wife, husband)
    photo = [{"sha256": "a" * 64}]

    items = await rounds.batch(
        a_visit(wife, external_id="A-1", photos=photo, **checks("2026-11-02")),
        a_visit(husband, external_id="A-2", photos=photo, **checks("2026-11-02")),
    )
    alone = await rounds.sends(wife, external_id="A-3", photos=photo, **at("2026-11-01"))

    assert [flags(item) for item in items] == [[], []]
    assert flags(alone) == ["photo_seen_before"]


async def test_nobody_is_in_two_towns_within_minutes(rounds: Rounds) -> None:
    one, two = await rounds.elder(), await rounds.elder()
    await rounds.sends(one, external_id="A-1", **checks("2026-11-02", hour=9))

    far = await rounds.sends(
        two,
        external_id="A-2",
        started_at="2026-11-02T09:31:00+08:00",
        ended_at="2026-11-02T09:50:00+08:00",
        check_in={"at": "2026-11-02T09:31:00+08:00", **HERE, "lat": 25.9},
        check_out={"at": "2026-11-02T09:50:00+08:00", **HERE, "lat": 25.9},
    )

    assert flags(far) == ["impossible_travel"]


async def test_a_corrected_record_is_not_held_against_itself(rounds: Rounds) -> None:
    elder_id, photo = await rounds.elder(), [{"sha256": "a" * 64}]
    sent = await rounds.sends(elder_id, external_id="A-1", photos=photo, **checks("2026-11-02"))

    corrected = await rounds.sends(
        elder_id, external_id="A-1", external_version=2, mood="worse", photos=photo, **checks("2026-11-02")
    )

    assert (corrected["result"], corrected["id"], flags(corrected)) == ("updated", sent["id"], [])
    async with rounds.opened() as registers:
        shown = await registers.proofs.shown([bytes.fromhex("a" * 64)])
    assert [str(visit_id) for kept in shown.values() for visit_id, _ in kept] == [sent["id"]]


async def test_a_photo_of_a_void_record_may_be_sent_again(rounds: Rounds) -> None:
    elder_id, photo = await rounds.elder(), [{"sha256": "a" * 64}]
    wrong = await rounds.sends(elder_id, external_id="A-1", photos=photo, **at("2026-11-01"))
    await rounds.commands(rounds.instructor, wrong["id"], "void")

    right = await rounds.sends(elder_id, external_id="A-2", photos=photo, **at("2026-11-02"))

    assert flags(right) == []


async def test_honest_sameness_is_no_flag_and_copied_notes_are(rounds: Rounds) -> None:
    elders = [await rounds.elder() for _ in range(4)]

    def a_round(day: str, **said: Any) -> list[dict[str, Any]]:
        starts = ("09:00", "09:40", "10:10", "11:05")
        return [
            a_visit(
                elder_id,
                external_id=f"{day}-{n}",
                started_at=f"{day}T{start}:00+08:00",
                ended_at=f"{day}T{start[:3]}{int(start[3:]) + 15 + n:02}:00+08:00",
                **said,
            )
            for n, (elder_id, start) in enumerate(zip(elders, starts, strict=True))
        ]

    honest = await rounds.batch(*a_round("2026-11-01"))
    copied = await rounds.batch(*a_round("2026-11-02", notes="老人身体良好，情绪稳定"))

    assert [flags(item) for item in honest] == [[]] * 4
    assert [flags(item) for item in copied] == [["identical_records"]] * 4
    assert copied[0]["flags"][-1]["params"] == {"records": 3}


async def test_signing_for_many_is_seen_unless_they_cannot_sign(rounds: Rounds) -> None:
    rounds.on("2026-11-20")
    able, impaired = await rounds.elder(), await rounds.elder()
    await can_do_little(rounds, impaired)
    proxy = {"kind": "proxy", "by": "林小妹", "relation": "女儿", "reason": "手抖"}

    async def signed(elder_id: str, day: int) -> list[str]:
        return flags(await rounds.sends(elder_id, elder_signature=proxy, **at(f"2026-11-{day:02}")))

    assert [await signed(impaired, day) for day in range(1, 8)] == [[]] * 7
    assert [await signed(able, day) for day in range(8, 17)] == [[]] * 9
    assert await signed(able, 17) == ["proxy_share"]
    assert await signed(impaired, 18) == []


async def test_a_rehearsal_says_the_same_flags(rounds: Rounds) -> None:
    one, two = await rounds.elder(), await rounds.elder()
    items = [a_visit(each, external_id=each, photos=[{"sha256": "a" * 64}]) for each in (one, two)]

    dry = await rounds.batch(*items, mode="validate")
    wet = await rounds.batch(*items)

    assert [item["flags"] for item in dry] == [item["flags"] for item in wet]
    assert [flags(item) for item in wet] == [["worker_in_two_places", "photo_seen_before"]] * 2


async def test_how_often_flags_ask_does_not_depend_on_how_many_records_there_are(rounds: Rounds) -> None:
    elders = [await rounds.elder() for _ in range(12)]

    async def asked(count: int, day: str) -> int:
        records = [
            a_visit(each, external_id=f"{day}-{n}", **checks(day, hour=n + 7)) for n, each in enumerate(elders[:count])
        ]
        with rounds.statements() as seen:
            await rounds.batch(*records)
        return len([each for each in seen if "visit" in each])

    few, many = await asked(2, "2026-11-01"), await asked(12, "2026-11-02")
    assert many <= few + 2


async def of_one_household(rounds: Rounds, *elder_ids: str) -> None:
    async with rounds.opened(writes=True) as registers:
        await _set(registers, elder_ids, household_id=registers.desk.new_id())


async def can_do_little(rounds: Rounds, elder_id: str) -> None:
    async with rounds.opened(writes=True) as registers:
        await _set(registers, [elder_id], ability_level="severe")


async def _set(registers: Any, elder_ids: Any, **values: Any) -> None:
    elders = table_of(tables.Elder)
    await registers.desk.session.execute(
        update(elders).where(elders.c.id.in_([UUID(each) for each in elder_ids])).values(values)
    )
