"""New numbers of the policy come into force: tiers and categories of an area are judged by them."""

from collections.abc import Mapping
from datetime import date

from api.domain.access import Actor
from api.jobs import Workplace
from api.store import Trace
from api.store.elders import Filter
from api.store.tables import Job
from api.usecases.tiers import retier

_A_TRANSACTION = 50  # elders; each with its months


async def retier_area(service: Workplace, job: Job) -> Mapping[str, int]:
    """Judge every file of the area from the version's first day on; the number of files.

    The district decided it, so that a lower tier holds without further confirmation.
    """
    decided_on = date.fromisoformat(job.payload["decided_on"])
    actor = Actor.system(job.area, "new numbers of the policy")
    judged, after = 0, None
    while True:
        trace = Trace(operation="retier", request_id=str(job.id), source="worker")
        async with service.store.opened(actor, trace, writes=True) as registers:
            page = await registers.elders.listing(Filter(area=job.area))(after=after, size=_A_TRANSACTION)
            for elder in await registers.elders.many([each.id for each in page], lock=True):
                await retier(registers, elder, decided_on=decided_on, decided_by=job.requested_by)
        if not page:
            return {"files": judged}
        judged, after = judged + len(page), page[-1].id
