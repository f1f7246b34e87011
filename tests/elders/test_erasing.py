"""Erasing a person: whatever else tells of him goes with the file, and what is left can still be read."""

from typing import Any

from api.deps import Service
from tests.conftest import Urls
from tests.duty.office import code
from tests.leads.naming import a_lead
from tests.promises.test_privacy import everything_in
from tests.visits.rounds import Rounds, a_visit, at

WORDS = ("陈阿婆", "陈秀英", "后埔祠堂边", "独自一人住在祠堂")


async def leaves_and_is_erased(rounds: Rounds, elder_id: str) -> None:
    await rounds.tells(elder_id, "exit", kind="moved_out", last_day_on="2026-11-02", source="family", note="搬走")
    await rounds.does(rounds.supervisor, f"/v1/elders/{elder_id}/erase", ground="requested")


async def a_record_that_waited(rounds: Rounds, elder_id: str) -> dict[str, Any]:
    """Sent for somebody of that name, and said to be the elder's."""
    told = {"village": "350303104201", "name": "陈秀英", "hint": "后埔祠堂边"}
    [item] = await rounds.batch({**a_visit(None, external_id="A-1", **at("2026-11-01")), "elder": told})
    assert item["result"] == "held", item
    [waiting] = (await rounds.reads(rounds.instructor, "/v1/held-visits")).json()["data"]
    return await rounds.does(rounds.instructor, f"/v1/held-visits/{waiting['id']}/assign", elder_id=elder_id)


async def test_what_tells_of_the_person_elsewhere_goes_too(rounds: Rounds, service: Service, database: Urls) -> None:
    elder_id = await rounds.elder(name="陈阿婆")
    visit = await a_record_that_waited(rounds, elder_id)
    about = {"visit_id": visit["id"], "text": "陈阿婆家请补签"}
    await rounds.does(rounds.instructor, "/v1/rectifications", **about)
    lead = await rounds.does(rounds.liaison, "/v1/leads", **a_lead(name="陈秀英", place_text="后埔祠堂边"))
    again = await rounds.does(rounds.liaison, "/v1/leads", **a_lead(name="陈秀英", place_text="独自一人住在祠堂"))
    await rounds.does(rounds.instructor, f"/v1/leads/{again['id']}/duplicate", lead_id=lead["id"])
    await rounds.does(rounds.instructor, f"/v1/leads/{lead['id']}/duplicate", elder_id=elder_id)
    before = everything_in(database, service)

    await leaves_and_is_erased(rounds, elder_id)

    after = everything_in(database, service)
    assert [word for word in WORDS if word in before] == list(WORDS)
    assert [word for word in WORDS if word in after] == []
    for path in ("/v1/held-visits?state=assigned", "/v1/rectifications", "/v1/leads", "/v1/visits"):
        assert (await rounds.reads(rounds.supervisor, path)).status_code == 200, path
    item = await rounds.batch({**a_visit(None, external_id="A-1", **at("2026-11-01")), "elder": {"id": elder_id}})
    assert [each["result"] for each in item] != ["created"]  # one record, one visit, for ever


async def test_files_that_were_merged_into_the_persons_go_with_it(
    rounds: Rounds, service: Service, database: Urls
) -> None:
    keep, drop = await rounds.elder(name="陈阿婆"), await rounds.elder(name="陈秀英")
    await rounds.does(rounds.instructor, "/v1/elder-merges", keep=keep, drop=drop, reason="陈秀英就是陈阿婆")
    before = everything_in(database, service)

    await leaves_and_is_erased(rounds, keep)

    after = everything_in(database, service)
    assert [word for word in ("陈阿婆", "陈秀英") if word in before] == ["陈阿婆", "陈秀英"]
    assert [word for word in ("陈阿婆", "陈秀英") if word in after] == []
    for each in (keep, drop):
        assert code(await rounds.reads(rounds.supervisor, f"/v1/elders/{each}")) == "404 not_found"
