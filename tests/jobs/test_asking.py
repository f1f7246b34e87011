"""Whoever asked for a job may look how far it has got; for everybody else it does not exist."""

from typing import Any
from uuid import UUID, uuid4

from api.deps import Service
from tests.builders import DISTRICT, a_liaison, a_supervisor


async def test_a_job_is_shown_to_who_asked_for_it(service: Service, client_of: Any) -> None:
    asker, other = await client_of(a_liaison()), await client_of(a_supervisor())
    me = UUID((await asker.get("/v1/me")).json()["id"])
    async with service.store.chores() as chores:
        job_id = await chores.jobs.enqueue("count", area=DISTRICT, requested_by=me)

    answer = await asker.get(f"/v1/jobs/{job_id}")
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["attempts"], answer.json()["result"]) == ("queued", 0, {})
    unknown = await asker.get(f"/v1/jobs/{uuid4()}")
    theirs = await other.get(f"/v1/jobs/{job_id}")
    assert (unknown.status_code, theirs.status_code) == (404, 404)
    assert theirs.json()["code"] == unknown.json()["code"] == "not_found"


async def test_a_job_of_the_service_itself_is_nobody_s(service: Service, client_of: Any) -> None:
    client = await client_of(a_supervisor())
    async with service.store.chores() as chores:
        job_id = await chores.jobs.enqueue("purge", area=DISTRICT)
    assert (await client.get(f"/v1/jobs/{job_id}")).status_code == 404
