"""When the deadline of a whereabouts check is over: an alarm, unless somebody has said where the elder is."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.domain.access import Actor, district_of
from api.jobs import Workplace
from api.store import Trace
from api.store.tables import Job
from api.usecases.whereabouts import raise_alarm_if_late


async def raise_alarm(service: Workplace, job: Job) -> Mapping[str, Any]:
    """The alarm of the check, if there is one now; its elder may live elsewhere in the district by then."""
    actor = Actor.system(district_of(job.area), "deadline of a whereabouts check")
    trace = Trace(operation="raise_alarm", request_id=str(job.id), source="worker")
    async with service.store.opened(actor, trace, writes=True) as registers:
        check = await registers.whereabouts.locked(UUID(job.payload["check_id"]))
        row = await raise_alarm_if_late(registers, check)
        return {"escalation_id": row.escalation_id and str(row.escalation_id)}
