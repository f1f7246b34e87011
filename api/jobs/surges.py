"""A surge or stand-down over many elders: what it changes for each of them is judged part by part."""

from collections.abc import Mapping
from uuid import UUID

from api.domain.access import Actor
from api.jobs import Workplace
from api.store import Trace
from api.store.dialect import chunked
from api.store.surges import window_of
from api.store.tables import Job
from api.usecases.surges import judge_window as judge_for

_A_TRANSACTION = 500  # elders


async def judge_window(service: Workplace, job: Job) -> Mapping[str, int]:
    """Judge everybody whom the window concerns as it stands now; the number of elders."""
    actor, surge_id = Actor.system(job.area, "a surge or stand-down"), UUID(job.payload["surge_id"])
    trace = Trace(operation="judge_window", request_id=str(job.id), source="worker")
    async with service.store.opened(actor, trace, writes=False) as registers:
        people = await registers.surges.concerned(window_of(await registers.surges.get(surge_id)), lock=False)
    for part in chunked(people, _A_TRANSACTION):
        async with service.store.opened(actor, trace, writes=True) as registers:
            await judge_for(registers, window_of(await registers.surges.get(surge_id)), list(part))
    return {"elders": len(people)}
