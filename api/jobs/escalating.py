"""When the time to acknowledge a danger is over: what nobody took in hand is the district's, and says so."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.domain.access import Actor, district_of
from api.jobs import Workplace
from api.store import Trace
from api.store.tables import Job
from api.usecases.escalations import settled


async def move_up(service: Workplace, job: Job) -> Mapping[str, Any]:
    """Write the move down, unless somebody came in time or wrote it before; its elder may live elsewhere by then."""
    actor = Actor.system(district_of(job.area), "time to acknowledge is over")
    trace = Trace(operation="move_up", request_id=str(job.id), source="worker")
    async with service.store.opened(actor, trace, writes=True) as registers:
        row = await registers.escalations.locked(UUID(job.payload["escalation_id"]))
        return {"level": (await settled(registers, row)).level}
