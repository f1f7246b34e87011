"""Two files of one person become one, and whatever was done counts in it."""

from datetime import date
from typing import Any

import httpx

from api.store.merging import STAYING, moving
from api.store.tables import metadata
from tests.builders import OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE, a_liaison, an_instructor
from tests.duty.office import GENERAL, Office, code
from tests.elders.forms import an_id_number

MERGES = "/v1/elder-merges"
NO_NUMBER: dict[str, Any] = {
    "resident_id": None,
    "id_type": "none",
    "no_id_reason": "证件遗失",
    "born_on": "1950-03-01",
    "sex": "female",
}


async def without_number(office: Office, on: str, village: str = VILLAGE, **facts: Any) -> str:
    return await office.confirmed(on, village=village, **{**GENERAL, **NO_NUMBER, **facts})


async def merge(office: Office, keep: str, drop: str, **more: Any) -> httpx.Response:
    return await office.says(office.instructor, MERGES, keep=keep, drop=drop, reason="同一人两次建档", **more)


async def visit(office: Office, elder: dict[str, Any], day: str, village: str = VILLAGE) -> httpx.Response:
    record = {"elder": elder, "worker": {"name": "林水妹", "kind": "grid_worker"}, "method": "home", "place": "home"}
    said = record | {"outcome": "refused", "started_at": f"{day}T09:00:00+08:00"}
    return await office.says(a_liaison(village), "/v1/visits", **said)


async def short_no(office: Office, elder: str) -> str:
    return str((await office.reads(office.supervisor, f"/v1/elders/{elder}")).json()["short_no"])


async def test_visits_and_duty_of_both_files_are_those_of_one(office: Office) -> None:
    """On the roll since October in one file, since November in the other: on duty since October."""
    drop = await without_number(office, "2026-10-05")
    keep = await office.confirmed("2026-11-03", **GENERAL)
    assert (await visit(office, {"id": drop}, "2026-11-02")).status_code == 201
    merged = (await merge(office, keep, drop)).json()
    assert merged["moved"]["visits"] == 1
    assert await office.owed(keep, "2026-10") == ["M open"]
    assert await office.owed(drop, "2026-10") == []
    assert await office.owed(drop, "2026-11") == []
    state = (await office.reads(office.instructor, f"/v1/elders/{drop}")).json()
    assert state["status"] == "exited"
    visits = (await office.reads(office.instructor, f"/v1/visits?elder_id={keep}")).json()["data"]
    assert len(visits) == 1


async def test_a_month_counts_the_person_once(office: Office) -> None:
    drop = await without_number(office, "2026-10-05")
    keep = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-11-20")
    await merge(office, keep, drop)
    assert (await office.line(keep, "2026-11")).due == 1
    assert await office.line(drop, "2026-11") is None


async def test_whoever_names_the_dropped_file_means_the_kept_one(office: Office) -> None:
    drop = await without_number(office, "2026-10-05")
    keep = await office.confirmed("2026-10-05", **GENERAL)
    old = await short_no(office, drop)
    office.on("2026-11-03")
    await merge(office, keep, drop)
    for elder in ({"id": drop}, {"short_no": old}):
        assert (await visit(office, elder, "2026-11-02")).status_code == 201
    visits = (await office.reads(office.instructor, f"/v1/visits?elder_id={keep}")).json()["data"]
    assert len(visits) == 2


async def test_the_history_of_both_files_says_so(office: Office) -> None:
    drop = await without_number(office, "2026-10-05")
    keep = await office.confirmed("2026-10-05", **GENERAL)
    await merge(office, keep, drop)
    for elder in (keep, drop):
        versions = (await office.reads(office.instructor, f"/v1/elders/{elder}/history")).json()["data"]
        assert versions[-1]["command"] == "merge"


async def test_a_file_without_a_number_takes_over_that_of_the_other(office: Office) -> None:
    keep = await without_number(office, "2026-10-05", born_on="1950-01-01")
    number = an_id_number(date(1950, 5, 6), 992)
    drop = await office.confirmed("2026-10-05", **{**GENERAL, "resident_id": number})
    await merge(office, keep, drop)
    found = await office.does(office.instructor, "/v1/elders/search", resident_id=number)
    assert [line["id"] for line in found["data"]] == [keep]


async def test_different_numbers_are_merged_by_the_district_alone(office: Office) -> None:
    keep, drop = [await office.confirmed("2026-10-05", **GENERAL) for _ in range(2)]
    assert code(await merge(office, keep, drop)) == "409 merge_numbers_differ"
    assert code(await merge(office, keep, drop, numbers_checked=True)) == "403 merge_by_district"
    said = {"keep": keep, "drop": drop, "reason": "同一人", "numbers_checked": True}
    number = await office.does(
        office.supervisor, f"/v1/elders/{drop}/reveal", fields=["resident_id"], purpose="核对证件"
    )
    await office.does(office.supervisor, MERGES, **said)
    found = await office.does(office.supervisor, "/v1/elders/search", resident_id=number["values"]["resident_id"])
    assert [line["id"] for line in found["data"]] == [keep]


async def test_duty_does_not_vanish_with_the_dropped_file(office: Office) -> None:
    drop = await without_number(office, "2026-10-05")
    keep = await office.drafted(**GENERAL)
    assert code(await merge(office, keep, drop)) == "409 merge_keeps_the_one_on_duty"
    assert code(await merge(office, drop, drop)) == "422 merge_with_itself"


async def test_who_does_not_see_both_files_merges_neither(office: Office) -> None:
    keep = await office.confirmed("2026-10-05", **GENERAL)
    elsewhere = await without_number(office, "2026-10-05", village=OTHER_VILLAGE)
    assert code(await merge(office, keep, elsewhere)) == "404 not_found"
    said = {"keep": keep, "drop": elsewhere, "reason": "同一人"}
    assert code(await office.says(office.liaison, MERGES, **said)) == "403 permission_missing"
    await office.does(office.supervisor, MERGES, **said)


async def test_what_is_alike_in_both_files_stays_with_the_dropped_one(office: Office) -> None:
    """The same task of both is one task; what is left is cancelled, and nobody is asked twice."""
    drop = await without_number(office, "2026-11-03", village=SIBLING_VILLAGE)
    keep = await office.confirmed("2026-11-03", **GENERAL)
    await merge(office, keep, drop)
    tasks = (await office.reads(office.instructor, "/v1/tasks?state=open")).json()["data"]
    assert {task["elder_id"] for task in tasks} == {keep}
    assert {task["village"] for task in tasks} == {VILLAGE}
    assert len({(task["kind"], task["starts_on"]) for task in tasks}) == len(tasks)


def test_every_table_about_elders_moves_or_is_said_to_stay() -> None:
    about_elders = {name for name, table in metadata.tables.items() if "elder_id" in table.c}
    assert {table.name for table in moving()} | STAYING == about_elders


# --- one number, two files ----------------------------------------------------------------------------

CONFLICTS = "/v1/identity-conflicts"


async def in_conflict(office: Office) -> tuple[str, str, str, str]:
    """A draft of one township, the file of another that has its number, the number, and the case."""
    number = an_id_number(date(1950, 7, 8), 993)
    holder = await office.confirmed("2026-10-05", village=OTHER_VILLAGE, **{**GENERAL, "resident_id": number})
    form = {**GENERAL, **NO_NUMBER, "born_on": "1950-07-08"}
    draft = await office.drafted(**form)
    taken = await office.says(
        office.liaison,
        "/v1/elders",
        name="林阿公",
        resident_id=number,
        residence={"village": VILLAGE, "detail": "后埔13号"},
        categories=["living_alone"],
    )
    assert (code(taken), taken.json()["params"]) == ("409 identity_taken", {})
    claimed = await office.does(office.liaison, CONFLICTS, elder_id=draft, resident_id=number, note="已看原件")
    assert claimed["holder"] is None
    return draft, holder, number, str(claimed["id"])


async def test_only_the_district_sees_both_files_and_says_who_is_who(office: Office) -> None:
    draft, holder, number, conflict = await in_conflict(office)
    [own] = (await office.reads(office.instructor, CONFLICTS)).json()["data"]
    assert (own["claimant"]["elder_id"], own["holder"]) == (draft, None)
    assert own["resident_id"] == number[:4] + "*" * 10 + number[-4:]
    [both] = (await office.reads(office.supervisor, CONFLICTS)).json()["data"]
    assert both["holder"]["elder_id"] == holder
    said = {"result": "same_person", "reason": "同一人"}
    path = f"{CONFLICTS}/{conflict}/resolve"
    assert code(await office.says(office.instructor, path, **said)) == "403 identity_conflict_by_district"
    assert (await office.reads(an_instructor("350303101"), CONFLICTS)).json()["data"] == []
    settled = await office.does(office.supervisor, path, **said)
    assert settled["state"] == "same_person"
    assert (await office.reads(office.supervisor, f"/v1/elders/{draft}")).json()["status"] == "exited"
    assert code(await office.says(office.supervisor, path, **said)) == "409 wrong_state"


async def test_a_draft_in_conflict_is_not_confirmed(office: Office) -> None:
    draft, *_ = await in_conflict(office)
    await office.does(office.instructor, f"/v1/elders/{draft}/verify")
    assert code(await office.asks(draft, "confirm")) == "409 identity_in_conflict"


async def test_two_people_get_each_their_own_number(office: Office) -> None:
    draft, holder, number, conflict = await in_conflict(office)
    right = an_id_number(date(1950, 7, 9), 994)
    path = f"{CONFLICTS}/{conflict}/resolve"
    unsaid = await office.says(office.supervisor, path, result="other_person", reason="号码登错")
    assert unsaid.status_code == 422
    await office.does(
        office.supervisor, path, result="other_person", wrong="holder", resident_id=right, reason="号码登错"
    )

    async def found(each: str) -> set[str]:
        lines = (await office.does(office.supervisor, "/v1/elders/search", resident_id=each))["data"]
        return {line["id"] for line in lines}

    assert await found(right) == {holder}
    assert draft in await found(number)
    await office.does(office.instructor, f"/v1/elders/{draft}/verify")
    await office.tells(draft, "confirm")


async def test_a_number_that_nobody_has_is_simply_entered(office: Office) -> None:
    draft = await office.drafted(**{**GENERAL, **NO_NUMBER})
    free = an_id_number(date(1951, 1, 2), 995)
    answer = await office.says(office.liaison, CONFLICTS, elder_id=draft, resident_id=free)
    assert code(answer) == "409 identity_free"
