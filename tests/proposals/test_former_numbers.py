"""A number that was corrected still finds its elder."""

from datetime import date
from typing import Any

from tests.duty.office import GENERAL, Office
from tests.elders.forms import an_id_number
from tests.proposals.test_proposing import accepted, proposed

WRONG, RIGHT = an_id_number(date(1950, 3, 4), 990), an_id_number(date(1950, 3, 5), 990)


async def renumbered(office: Office) -> str:
    elder = await office.confirmed("2026-10-05", **{**GENERAL, "resident_id": WRONG})
    office.on("2026-11-03")
    await accepted(office, await proposed(office, elder, "resident_id", resident_id=RIGHT))
    return elder


async def found(office: Office, number: str) -> list[str]:
    lines = (await office.does(office.instructor, "/v1/elders/search", resident_id=number))["data"]
    return [line["id"] for line in lines]


async def test_a_search_finds_by_both_numbers(office: Office) -> None:
    elder = await renumbered(office)
    assert await found(office, RIGHT) == await found(office, WRONG) == [elder]


async def test_a_record_under_the_former_number_is_the_elders(office: Office) -> None:
    elder = await renumbered(office)
    record = {"elder": {"resident_id": WRONG}, "worker": {"name": "林水妹", "kind": "grid_worker"}}
    said: dict[str, Any] = {"method": "home", "place": "home", "outcome": "refused"}
    await office.does(office.liaison, "/v1/visits", **record, **said, started_at="2026-11-02T09:00:00+08:00")
    visits = (await office.reads(office.instructor, f"/v1/visits?elder_id={elder}")).json()["data"]
    assert len(visits) == 1


async def test_whom_the_number_belongs_to_now_comes_first(office: Office) -> None:
    """The wrong number was somebody else's, who is filed since."""
    await renumbered(office)
    other = await office.confirmed("2026-11-03", **{**GENERAL, "resident_id": WRONG})
    record = {"elder": {"resident_id": WRONG}, "worker": {"name": "林水妹", "kind": "grid_worker"}}
    said: dict[str, Any] = {"method": "home", "place": "home", "outcome": "refused"}
    await office.does(office.liaison, "/v1/visits", **record, **said, started_at="2026-11-02T09:00:00+08:00")
    assert len((await office.reads(office.instructor, f"/v1/visits?elder_id={other}")).json()["data"]) == 1
