"""Somebody lies on the floor far from where the finder works, and nobody knows who it is (R13–R18, R46)."""

from typing import Any

import httpx

from tests.builders import OTHER_VILLAGE, VILLAGE
from tests.duty.office import code
from tests.leads.naming import a_number
from tests.stories.town import Town

ON_THE_FLOOR = {"kind": "acute_illness", "called_number": "120", "emergency_called_at": "2026-11-03T10:00:00+08:00"}
SOMEWHERE = {"village": VILLAGE, "place_text": "后埔桥头小卖部门口", "person_text": "约八十岁，自称姓陈"}


def shape(answer: httpx.Response) -> tuple[Any, ...]:
    """All that tells one answer from another, but for the number itself."""
    return answer.status_code, sorted(answer.json()), sorted(answer.headers), len(answer.content)


async def test_a_stranger_on_the_floor_becomes_an_elder_on_the_roll(town: Town) -> None:
    known = await town.elder(village=OTHER_VILLAGE)
    town.at("2026-11-03 10:05")

    report = await town.says(town.passer_by, "/v1/escalations", **SOMEWHERE, **ON_THE_FLOOR)
    of_a_known_elder = await town.says(town.passer_by, "/v1/escalations", elder_id=known, **ON_THE_FLOOR)
    of_nobody = await town.says(town.passer_by, "/v1/escalations", elder_id=a_strangers_id(), **ON_THE_FLOOR)
    assert report.status_code == 202
    assert report.json().keys() == {"id", "reference"}
    assert shape(report) == shape(of_a_known_elder) == shape(of_nobody)
    case = report.json()["id"]
    assert code(await town.reads(town.passer_by, f"/v1/escalations/{case}")) == "404 not_found"

    assert await town.inbox(town.instructor) == {"escalation": (1, 0)}
    await town.orders(town.instructor, case, "acknowledge", text="已到场，送医")
    named = {"source": "other", "village": VILLAGE, "place_text": SOMEWHERE["place_text"], "name": "陈水木"}
    lead = await town.does(town.instructor, "/v1/leads", **named, escalation_id=case)
    assert (lead["state"], (await town.standing(case))["lead_id"]) == ("new", lead["id"])
    assert (await town.inbox(town.liaison))["lead"] == (1, 0)
    await town.does(town.liaison, f"/v1/leads/{lead['id']}/start")

    town.on("2026-11-05")
    home = {
        "resident_id": a_number(),
        "categories": ["living_alone"],
        "residence": {"village": VILLAGE, "detail": "9号"},
    }
    found = await town.does(town.liaison, f"/v1/leads/{lead['id']}/verify", elder=home)
    elder = found["lead"]["elder_id"]
    assert (found["lead"]["state"], (await town.standing(case))["elder_id"]) == ("verified", elder)
    await town.tells(elder, "verify")
    assert (await town.tells(elder, "confirm"))["status"] == "confirmed"

    assert [risk["id"] for risk in await town.about("escalations", elder)] == [case]
    assert await town.owed(elder, "2026-11") == ["M open"]


def a_strangers_id() -> str:
    """Of nobody."""
    return "00000000-0000-7000-8000-000000000000"
