"""A month with a provider that has too many visits to compute while somebody waits."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.domain.errors import DomainError
from api.domain.months import Month
from api.jobs import Workplace
from api.store import Trace
from api.store.tables import Job
from api.usecases.on_behalf import asker_of
from api.usecases.settlements import propose_apart


async def propose(service: Workplace, job: Job) -> Mapping[str, Any]:
    """Compute the month for whoever asked; what it comes to, or by which rule it does not."""
    actor = asker_of(job, "a settlement that is computed")
    provider_id, month = UUID(job.payload["provider_id"]), Month.parse(job.payload["month"])
    try:
        row = await propose_apart(service.store, actor, lambda: _trace(job), provider_id, month)
    except DomainError as refusal:
        return {"refused": refusal.code}
    return {"month": row.month, "amount": row.amount, "line_count": row.line_count}


def _trace(job: Job) -> Trace:
    return Trace("propose_month", str(job.id), "worker")
