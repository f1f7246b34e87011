"""What a sender holds of a period, compared with what is stored: by a rule that anybody can write down again."""

import json
import unicodedata
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from api.domain.contents import canonical
from tests.builders import TOWNSHIP, VILLAGE
from tests.duty.office import code
from tests.visits.forces import Force, a_force
from tests.visits.rounds import REASON, Rounds, a_visit, at

NOVEMBER = {"starts_on": "2026-11-01", "ends_on": "2026-11-30"}
DEFAULTS = {"time_unknown": False, "solved": False, "severity": "general", "whereabouts": "unknown"}
INSTANTS = {"started_at", "ended_at", "at", "taken_at", "discovered_at", "emergency_called_at", "contact_reached_at"}


def hash_by_the_book(record: dict[str, Any]) -> str:
    """The published rule, written from its description alone."""
    kept = {name: value for name, value in record.items() if name not in ("elder", "external_id", "external_version")}
    return sha256(_text(kept).encode()).hexdigest()


def _text(value: Any, name: str = "") -> str:
    if isinstance(value, dict):
        said = {
            member: part
            for member, part in value.items()
            if part is not None
            and part != []
            and not (member in DEFAULTS and part == DEFAULTS[member])
            and not (name == "refused" and member == "by" and part == "unknown")
        }
        return "{" + ",".join(f'"{member}":{_text(said[member], member)}' for member in sorted(said)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted(_text(part) for part in value)) + "]"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if name in INSTANTS:
        instant = datetime.fromisoformat(value).astimezone(UTC)
        return f'"{instant:%Y-%m-%dT%H:%M:%S}{f".{instant.microsecond:06}" if instant.microsecond else ""}Z"'
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value.strip()).replace("\r\n", "\n")
        return json.dumps(text, ensure_ascii=False)
    return json.dumps(value)


async def a_company(rounds: Rounds) -> tuple[Force, str]:
    force = await a_force(rounds)
    await force.contract(TOWNSHIP)
    return force, await rounds.elder()


def held(record: dict[str, Any], version: int = 1) -> dict[str, Any]:
    return {"external_id": record["external_id"], "version": version, "sha256": hash_by_the_book(record)}


async def compared(rounds: Rounds, force: Force, *items: Any, period: Any = NOVEMBER) -> dict[str, Any]:
    return await rounds.does(force.person, "/v1/visits/reconcile", period=period, items=list(items))


def a_talkative_visit(elder_id: str) -> dict[str, Any]:
    position = {"lat": 25.45, "lng": 119.1, "coord_sys": "gcj02", "accuracy_m": 15}
    return a_visit(
        elder_id,
        external_id="A-1",
        started_at="2026-11-02T09:00:00.5+08:00",
        notes=" 血压偏高，\r\n“已提醒”服药 ",
        time_unknown=False,
        care=["meal", "cleaning"],
        topics=[],
        needs=[{"kind": "daily_care", "solved": False}],
        hazards=[{"kind": "gas", "severity": "general", "reminded": True}],
        check_in={"at": "2026-11-02T09:00:00+08:00", **position},
        photos=[{"sha256": "b" * 64}, {"sha256": "a" * 64, "taken_at": "2026-11-02T09:10:00+08:00"}],
    )


async def test_what_both_hold_alike_matches_by_the_published_rule(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)
    record = a_talkative_visit(elder_id)
    answer = await rounds.says(force.person, "/v1/visits", **record)
    assert answer.status_code == 201, answer.text

    found = await compared(rounds, force, held(record))

    assert found == {"period": NOVEMBER, "matched": 1, "missing": [], "mismatched": [], "unexpected": []}


async def test_what_only_one_side_has_and_what_differs_is_named(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)
    records = [a_visit(elder_id, external_id=f"A-{day}", **at(f"2026-11-0{day}")) for day in range(1, 6)]
    await rounds.batch(*records[:4], by=force.person)
    other_words = {**held(records[1]), "sha256": hash_by_the_book({**records[1], "mood": "worse"})}

    found = await compared(rounds, force, held(records[0]), other_words, held(records[2], version=2), held(records[4]))

    assert (found["matched"], found["missing"], found["unexpected"]) == (1, ["A-5"], ["A-4"])
    assert [(each["external_id"], each["version"], each["sha256"]) for each in found["mismatched"]] == [
        (record["external_id"], 1, hash_by_the_book(record)) for record in records[1:3]
    ]


async def test_a_record_that_waits_is_here_and_one_withdrawn_may_be_left_out(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)
    waiting = a_visit(None, external_id="A-1", elder={"village": VILLAGE, "name": "无此人名"})
    assert (await rounds.says(force.person, "/v1/visits", **waiting)).status_code == 202
    visit = await rounds.sends(elder_id, force.person, external_id="A-2")
    await rounds.does(rounds.instructor, f"/v1/visits/{visit['id']}/void", reason=REASON)

    found = await compared(rounds, force, held(waiting))

    assert (found["matched"], found["missing"], found["unexpected"]) == (1, [], [])


async def test_what_the_township_decided_about_waiting_records_is_told(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)
    records = [
        a_visit(None, external_id=name, elder={"village": VILLAGE, "name": "无此人名"}, **at("2026-11-02", hour))
        for name, hour in (("A-1", 9), ("A-2", 11))
    ]
    ids = [item["id"] for item in await rounds.batch(*records, by=force.person)]
    await rounds.does(rounds.instructor, f"/v1/held-visits/{ids[0]}/assign", elder_id=elder_id)
    await rounds.does(rounds.instructor, f"/v1/held-visits/{ids[1]}/dismiss", reason=REASON)

    found = await compared(rounds, force, *map(held, records))

    assert (found["matched"], found["missing"], found["mismatched"]) == (1, ["A-2"], [])


async def test_a_record_of_another_month_is_not_missing_when_it_is_named(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)
    record = a_visit(elder_id, external_id="A-1", **at("2026-10-30"))
    await rounds.batch(record, by=force.person)

    assert (await compared(rounds, force, held(record)))["matched"] == 1
    assert (await compared(rounds, force))["unexpected"] == []


async def test_nobody_is_told_of_somebody_elses_records(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)
    other = await a_force(rounds)
    await rounds.sends(elder_id, force.person, external_id="A-1")

    found = await compared(rounds, other, held(a_visit(elder_id, external_id="A-1")))

    assert (found["missing"], found["unexpected"]) == (["A-1"], [])


async def test_a_period_that_is_none_and_a_name_given_twice_are_refused(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)
    item = held(a_visit(elder_id, external_id="A-1"))

    async def refused(**body: Any) -> str:
        return code(await rounds.says(force.person, "/v1/visits/reconcile", **{"period": NOVEMBER, "items": []} | body))

    assert await refused(items=[item, item]) == "422 duplicate_in_batch"
    assert await refused(period={"starts_on": "2026-11-02", "ends_on": "2026-11-01"}) == "422 dates_out_of_order"
    assert await refused(period={"starts_on": "2025-11-01", "ends_on": "2026-11-02"}) == "422 period_too_long"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (25.0, "25"),
        (-0.0, "0"),
        (119.1234567, "119.123457"),
        ({"b": None, "a": [3, 1]}, '{"a":[1,3]}'),
        ("陈“\n", '"陈“\\n"'),
        (True, "true"),
    ],
)
def test_one_value_has_one_spelling(value: Any, text: str) -> None:
    assert canonical(value) == text
