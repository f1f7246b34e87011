"""Files by the thousand, as an import brings them."""

from datetime import date
from typing import Any
from uuid import UUID

from api.deps import Service
from api.domain.access import Actor
from api.domain.identity import uuid7
from api.store import Trace
from api.store.elders import Draft
from tests.builders import OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE
from tests.conftest import Urls
from tests.elders.forms import an_id_number, stored_rows

MEMBER = {"name": "林小明", "relation": "20", "alive": True}


def a_draft(service: Service, day: int, village: str = VILLAGE, **more: Any) -> Draft:
    born = date.fromordinal(date(1930, 1, 1).toordinal() + day)
    columns = {
        "village": village,
        "name": "陈阿公",
        "sex": "male",
        "id_type": "resident",
        "born_on": born,
        "filed_on": date(2026, 10, 5),
    }
    details = {"resident_id": an_id_number(born), "phones": [{"number": "13850330001", "owner": "self"}]}
    return Draft(id=uuid7(service.clock()), columns=columns, details=details, **more)


async def filed(service: Service, area: str, drafts: list[Draft]) -> list[tuple[UUID | None, UUID | None]]:
    actor, trace = Actor.system(area, "roll"), Trace("roll", "test-test", "test")
    async with service.store.opened(actor, trace, writes=True) as registers:
        enrolments = await registers.elders.enrol_many(drafts)
    return [(each.elder_id, each.holder.id if each.holder else None) for each in enrolments]


async def test_a_thousand_files_come_in_with_everything_that_belongs_to_them(service: Service, database: Urls) -> None:
    drafts = [a_draft(service, day, members=[MEMBER], external_ids=[("roll", str(day))]) for day in range(1001)]
    assert await filed(service, TOWNSHIP, drafts) == [(draft.id, None) for draft in drafts]
    for table in ("elders", "elder_phones", "elder_residences", "family_members", "elder_external_ids", "versions"):
        (rows,) = stored_rows(database, f"SELECT count(*) AS rows FROM {table}")
        assert rows == {"rows": 1001}, table
    (numbers,) = stored_rows(database, "SELECT count(DISTINCT short_no) AS numbers FROM elders")
    assert numbers == {"numbers": 1001}


async def test_a_number_that_is_taken_stops_only_its_own_row(service: Service) -> None:
    first, again, other = (a_draft(service, day) for day in (1, 1, 2))
    assert await filed(service, TOWNSHIP, [first, again, other]) == [
        (first.id, None),
        (None, first.id),
        (other.id, None),
    ]


async def test_whose_number_it_is_stays_unsaid_out_of_sight(service: Service) -> None:
    first, again = a_draft(service, 1), a_draft(service, 1, OTHER_VILLAGE)
    await filed(service, TOWNSHIP, [first])
    assert await filed(service, OTHER_TOWNSHIP, [again]) == [(None, None)]
