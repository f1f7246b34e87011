"""Audit entries: who did what to whom, with which result; ids and field names, never values."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.access import Actor
from api.store.changes import insert_rows
from api.store.desk import Trace
from api.store.dialect import Trouble, Unwritten, trouble_of
from api.store.tables import AuditEntry, table_of

_MOST_IDS = 1000  # a page, a batch; a file names its import instead


def entry_of(actor: Actor, trace: Trace, now: datetime) -> dict[str, object]:
    """The row for one request; made when its outcome is known."""
    return {
        "at": now,
        "actor_id": actor.id,
        "session_id": actor.session_id,
        "roles": [role.value for role in actor.roles],
        "areas": [grant.area for grant in actor.grants] if actor.area is None else [actor.area],
        "reason": actor.reason,
        "operation": trace.operation,
        "object_ids": list(trace.object_ids)[:_MOST_IDS],
        "fields": list(trace.fields),
        "purpose": trace.purpose,
        "result": trace.result,
        "request_id": trace.request_id,
        "source": trace.source,
    }


async def write_entries(session: AsyncSession, entries: Sequence[dict[str, object]]) -> None:
    """Without a RETURNING, which would ask to read what only auditors may read.

    Raises Unwritten, whatever the reason, for what waiting will not mend: then nobody is to be answered.
    """
    try:
        await insert_rows(session, table_of(AuditEntry), entries)
    except DBAPIError as error:
        if trouble_of(error) == Trouble.BUSY:
            raise
        raise Unwritten from error
