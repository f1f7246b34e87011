"""Work that outlives its request is done in the name of whoever asked for it, with the grants of that moment."""

from collections.abc import Sequence
from uuid import UUID

from api.domain.access import Actor, AreaCode, Grant, Role
from api.store.tables import Job

Written = Sequence[Sequence[str | None]]


def grants_of(actor: Actor) -> Written:
    """An actor's grants, as a job keeps them."""
    return [
        [grant.role.value, grant.area, str(grant.provider_id) if grant.provider_id else None] for grant in actor.grants
    ]


def asker_of(job: Job, reason: str) -> Actor:
    """Who asked for a job whose payload keeps his ``grants``."""
    since = job.created_at.date()
    grants = tuple(
        Grant(Role(role), AreaCode(area), since, provider_id=UUID(provider) if provider else None)
        for role, area, provider in job.payload["grants"]
    )
    return Actor(id=job.requested_by, grants=grants, reason=reason)
