"""Whatever people do over HTTP to an elder whose months are planned, what is stored stays what the facts say."""

from datetime import date

from api.deps import Service
from api.domain.months import Month
from api.usecases.planning import plan_ahead
from api.usecases.verifying import verify
from tests.builders import DISTRICT, SIBLING_VILLAGE, VILLAGE
from tests.conftest import ClientOf, Clock
from tests.duty.office import PRIORITY, Office
from tests.elders.forms import patched
from tests.populations import planned, settled
from tests.visits.test_intake import a_visit


async def test_every_command_leaves_what_the_facts_say(service: Service, clock: Clock, client_of: ClientOf) -> None:
    office = Office(service, clock, client_of)
    office.on("2026-11-03")
    await settled(service, [], tracking=date(2026, 10, 1))
    await planned(service, Month(2026, 10), Month(2026, 11), Month(2026, 12))
    found: list[str] = []

    async def look(step: str) -> None:
        found.extend(
            [
                f"{step}: {each.table} {each.key} {each.column} {each.stored} is {each.expected}"
                async for each in verify(service.store, DISTRICT)
            ]
        )

    elder = await office.drafted()
    await look("draft")
    client = await client_of(office.supervisor)
    draft = (await client.get(f"/v1/elders/{elder}")).json()
    for patch in (
        {"filed_on": "2026-11-01"},
        {"residence": {"village": SIBLING_VILLAGE}},
        {"residence": {"village": VILLAGE}},
    ):
        changed = await patched(client, draft, patch)
        assert changed.status_code == 200, changed.text
        draft = changed.json()
        await look(f"patch of {list(patch)}")
    await office.does(office.supervisor, f"/v1/elders/{elder}/verify")
    await office.does(office.supervisor, f"/v1/elders/{elder}/confirm")
    await look("confirm")
    moderate = await office.confirmed("2026-11-03", **PRIORITY)
    await look("confirm priority")
    client = await client_of(office.liaison)
    posted = await client.post("/v1/visits", json=a_visit(elder))
    assert posted.status_code == 201, posted.text
    await look("visit")
    office.on("2026-11-10")
    await office.tells(elder, "raise-tier", tier="priority", reason="独居且行动不便，需多关注")
    await look("raise")
    await office.tells(
        moderate, "suspensions", starts_on="2026-11-09", ends_on="2026-11-25", reason="hospital", note="住院治疗"
    )
    await look("suspend")
    await office.tells(elder, "transfer", village=SIBLING_VILLAGE)
    await look("transfer")
    voided = await office.does(office.instructor, f"/v1/visits/{posted.json()['id']}/void", reason="记录有误，人员未到")
    assert voided
    await look("void")
    office.on("2026-11-20")
    await office.tells(moderate, "exit", kind="death", last_day_on="2026-11-18", source="family")
    await look("exit")
    office.on("2026-12-02")
    await plan_ahead(service.store, DISTRICT, date(2026, 12, 2))
    await look("the next month")
    assert found == []
