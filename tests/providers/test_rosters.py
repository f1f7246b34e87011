"""The workers of forces: neighbours of a village, people of a provider, what they were taught."""

from datetime import date
from typing import Any

from api.domain.providers import ForceKind
from api.domain.references import WorkerRef
from tests.builders import SIBLING_VILLAGE, VILLAGE
from tests.duty.office import Office, code
from tests.providers.forces import a_force

NEIGHBOUR = {"name": "郑水木", "kind": "relative_or_neighbour", "phone": "13800000000"}


async def a_neighbour(office: Office, **said: Any) -> dict[str, Any]:
    return await office.does(office.liaison, "/v1/workers", **{**NEIGHBOUR, **said})


async def test_a_liaison_adds_a_neighbour_to_her_villages_own_force(office: Office) -> None:
    first, second = await a_neighbour(office), await a_neighbour(office, name="郑水生", phone=None)
    assert (first["status"], first["phone"], second["phone"]) == ("active", "13800000000", None)
    assert first["provider_id"] == second["provider_id"]
    force = (await office.reads(office.liaison, f"/v1/providers/{first['provider_id']}")).json()
    assert (force["own_force"], force["area"], force["state"]) == (True, VILLAGE, "active")
    assert force["name"].endswith("本村力量")
    assert code(await office.says(office.liaison, "/v1/workers", **NEIGHBOUR)) == "409 worker_listed_already"
    own = (await office.reads(office.supervisor, "/v1/providers?own_force=true")).json()["data"]
    assert [each["id"] for each in own] == [force["id"]]


async def test_an_office_says_of_which_village_a_neighbour_is(office: Office) -> None:
    assert code(await office.says(office.instructor, "/v1/workers", **NEIGHBOUR)) == "422 field_missing"
    there = await office.does(office.instructor, "/v1/workers", **NEIGHBOUR, village=SIBLING_VILLAGE)
    assert code(await office.reads(office.liaison, f"/v1/workers/{there['id']}")) == "404 not_found"
    beside = await office.says(office.liaison, "/v1/workers", **NEIGHBOUR, village=SIBLING_VILLAGE)
    assert code(beside) == "404 not_found"


async def test_a_liaison_leaves_other_forces_alone(office: Office) -> None:
    townships, villages = await a_force(office), await a_force(office, area=VILLAGE, name="幸福院")
    for force, refused in ((townships, "404 not_found"), (villages, "403 own_force_only")):
        answer = await office.says(office.liaison, f"/v1/providers/{force['id']}/workers", **NEIGHBOUR)
        assert code(answer) == refused
    worker = await office.does(office.instructor, f"/v1/providers/{villages['id']}/workers", **NEIGHBOUR)
    suspended = await office.says(office.liaison, f"/v1/workers/{worker['id']}/suspend", reason="整顿")
    assert code(suspended) == "403 own_force_only"


async def test_a_worker_is_suspended_resumed_removed_with_days_and_reasons(office: Office) -> None:
    office.on("2026-11-03")
    path = f"/v1/workers/{(await a_neighbour(office))['id']}"
    suspended = await office.does(office.liaison, f"{path}/suspend", reason="家属投诉", on="2026-11-02")
    assert suspended["status"] == "suspended"
    office.on("2026-11-05")
    resumed = await office.does(office.liaison, f"{path}/resume", reason="查无实据")
    assert resumed["stand_downs"] == [
        {"state": "suspended", "starts_on": "2026-11-02", "ends_on": "2026-11-04", "reason": "家属投诉"}
    ]
    await office.does(office.liaison, f"{path}/remove", reason="搬走")
    assert code(await office.says(office.liaison, f"{path}/vet")) == "409 wrong_state"


async def test_whoever_a_force_named_in_its_records_is_vetted_by_the_office(office: Office) -> None:
    force = await a_force(office)
    async with office.opened(writes=True) as registers:
        asked = [(f"provider:{force['id']}", WorkerRef(name="黄小梅", kind=ForceKind.VOLUNTEER))]
        [named] = (await registers.workers.register(asked)).values()
    path = f"/v1/workers/{named.id}"
    assert (await office.reads(office.liaison, path)).json()["status"] == "unverified"
    vetted = await office.does(office.instructor, f"{path}/vet", note="已核对身份")
    assert (vetted["status"], vetted["vetting"]) == ("active", "已核对身份")
    assert code(await office.says(office.instructor, f"{path}/vet")) == "409 wrong_state"


async def test_what_is_known_of_a_worker_is_corrected(office: Office) -> None:
    worker, other = await a_neighbour(office), await a_neighbour(office, name="郑水生")
    client, path = await office.client_of(office.liaison), f"/v1/workers/{worker['id']}"
    changed = await client.patch(path, json={"phone": None, "vetting": "党员"}, headers={"If-Match": worker["etag"]})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["phone"], changed.json()["vetting"], changed.json()["version"]) == (None, "党员", 2)
    taken = await client.patch(path, json={"name": other["name"]}, headers={"If-Match": "*"})
    assert code(taken) == "409 worker_listed_already"
    late = await client.patch(path, json={"vetting": "群众"}, headers={"If-Match": worker["etag"]})
    assert code(late) == "412 version_changed"


async def test_the_scheduler_sees_age_load_training_and_complaints(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    younger = await office.confirmed("2026-11-03", born=date(1961, 11, 4))
    worker = await a_neighbour(office, kind="younger_elder", elder_id=younger)
    body = {"provider_id": worker["provider_id"], "worker_id": worker["id"], "elder_id": elder}
    await office.does(office.liaison, "/v1/assignments", **body)
    path = f"/v1/providers/{worker['provider_id']}"
    training = {"topic": "风险识别", "held_on": "2026-10-20", "valid_until": "2027-10-19", "worker_id": worker["id"]}
    await office.does(office.liaison, f"{path}/trainings", **training)
    [line] = (await office.reads(office.liaison, f"{path}/roster")).json()["data"]
    assert (line["age"], line["elders"], line["trained"], line["trained_until"], line["complaints"]) == (
        64,
        1,
        True,
        "2027-10-19",
        0,
    )
    [listed] = (await office.reads(office.liaison, f"{path}/trainings")).json()["data"]
    assert (listed["topic"], listed["worker_id"]) == ("风险识别", worker["id"])
    bad = {"topic": "急救", "held_on": "2026-11-04", "valid_until": "2026-11-01", "worker_id": elder}
    answer = await office.says(office.liaison, f"{path}/trainings", **bad)
    codes = [error["code"] for error in answer.json()["errors"]]
    assert codes == ["worker_of_another_force", "day_in_future", "dates_out_of_order"]


async def test_a_worker_who_may_not_come_is_not_sent(office: Office) -> None:
    elder, worker = await office.confirmed("2026-11-03"), await a_neighbour(office)
    await office.does(office.liaison, f"/v1/workers/{worker['id']}/suspend", reason="整顿")
    body = {"provider_id": worker["provider_id"], "worker_id": worker["id"], "elder_id": elder}
    assert code(await office.says(office.liaison, "/v1/assignments", **body)) == "422 worker_not_active"
