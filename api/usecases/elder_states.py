"""How an elder stands after a command: what every one of them answers."""

from typing import Any
from uuid import UUID

from api.domain.absences import LIVE
from api.domain.facts import Suspension
from api.schemas.duty import (
    MOST_ROWS,
    ConsentOut,
    ElderStateOut,
    ExceptionOut,
    StintOut,
    SuspensionOut,
    TaskOut,
)
from api.schemas.etags import etag_of
from api.store import Registers
from api.store.exceptions import Candidate
from api.store.tables import Elder
from api.store.tasks import WantedTasks

_OF_THE_FILE = (
    "id",
    "short_no",
    "village",
    "status",
    "tier",
    "tier_provisional",
    "categories",
    "consent",
    "consented_on",
    "confirmed_on",
    "review_due_on",
    "due_on",
    "last_seen_on",
    "version",
)


async def state_of(registers: Registers, elder_id: UUID) -> ElderStateOut:
    """The elder as the file now stands, read afresh: judging may have moved dates."""
    elder: Elder = await registers.elders.get(elder_id)
    stint = await registers.stints.latest(elder_id)
    wanted = WantedTasks(elder_id=elder_id, state="open")
    tasks = await registers.tasks.listing(wanted)(size=MOST_ROWS)
    suspensions = [
        row
        for row in await registers.stints.suspensions(elder_id)
        if row.state in LIVE and row.ends_on >= registers.today
    ]
    return ElderStateOut(
        **{name: getattr(elder, name) for name in _OF_THE_FILE},
        stint=StintOut.model_validate(stint) if stint else None,
        suspensions=[suspension_out(row) for row in suspensions],
        open_tasks=[task_out(row) for row in tasks],
        etag=etag_of(elder.version, "state"),
    )


def consent_out(row: Any) -> ConsentOut:
    shown = {name: getattr(row, name) for name in ConsentOut.model_fields if name != "has_evidence"}
    return ConsentOut(**shown, has_evidence=row.evidence is not None)


def suspension_out(row: Any) -> SuspensionOut:
    return SuspensionOut.model_validate({name: getattr(row, name) for name in SuspensionOut.model_fields})


def task_out(row: Any) -> TaskOut:
    return TaskOut.model_validate({name: getattr(row, name) for name in TaskOut.model_fields})


def exception_out(candidate: Candidate) -> ExceptionOut:
    fact = candidate.fact
    if isinstance(fact, Suspension):
        reason, starts_on, ends_on = fact.reason, fact.starts_on, fact.ends_on
    else:
        reason, starts_on, ends_on = fact.ending or "", fact.last_day_on or fact.starts_on, None
    return ExceptionOut(
        id=candidate.id,
        kind=candidate.kind.value,
        elder_id=candidate.elder_id,
        village=candidate.village,
        reason=reason,
        starts_on=starts_on,
        ends_on=ends_on,
        reported_on=fact.reported_on,
        proof=fact.proof,
        approved=fact.approved,
        periods=[period.label for period in candidate.periods],
    )
