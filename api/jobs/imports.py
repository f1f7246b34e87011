"""A file that was too long to wait for, or that its sender did not want to wait for, is taken in."""

from collections.abc import Mapping
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import Any
from uuid import UUID

from api.domain.access import Actor
from api.domain.departments import Unit
from api.domain.errors import Fault, Refused
from api.domain.imports import FileKind, ImportState
from api.domain.leads import LeadSource, Origin
from api.imports.shelves import IN_MEMORY
from api.imports.uploads import leads_in, roll_in, visits_in
from api.jobs import Workplace
from api.schemas.visits import Atomic, Mode
from api.store import Trace
from api.store.tables import Job
from api.usecases.elder_imports import import_roll
from api.usecases.imports import Imported, Importing, Order, Upload, sent_again
from api.usecases.lead_imports import import_leads
from api.usecases.on_behalf import asker_of
from api.usecases.visit_imports import import_visits

_UNDONE = Fault("file_not_taken_in")


async def take_in(service: Workplace, job: Job) -> Mapping[str, Any]:
    """Take the file in for whoever sent it, with the grants of that moment; its figures."""
    kind, import_id = FileKind(job.payload["kind"]), UUID(job.payload["import_id"])
    actor, trace = asker_of(job, "a file that waited"), Trace(f"import_{kind}", str(job.id), "worker")
    async with service.store.opened(actor, trace, writes=False) as registers:
        waiting = await registers.imports.get(kind, import_id)
    if waiting.state is not ImportState.RUNNING:
        return waiting.stats
    importing = Importing(service.store, service.intake, actor, trace, waiting)
    with SpooledTemporaryFile(IN_MEMORY) as file:
        async with service.store.opened(actor, trace, writes=False) as registers:
            upload = await sent_again(registers, waiting, file)
        if upload is None:  # it waited for longer than files are kept
            await importing.give_up([_UNDONE])
            return waiting.stats
        try:
            return (await _taken(importing, _order(job, kind, upload))).report.stats
        except Refused as refused:
            await importing.give_up(refused.faults)
            return waiting.stats


async def give_up(service: Workplace, job: Job) -> Mapping[str, Any]:
    """Say of a file whose job is dead that it was not taken in, and what to do; the file is forgotten."""
    kind, import_id = FileKind(job.payload["kind"]), UUID(job.payload["import_id"])
    actor, trace = Actor.system(job.area, "a file whose job is dead"), Trace("give_up_file", str(job.id), "worker")
    async with service.store.opened(actor, trace, writes=False) as registers:
        waiting = await registers.imports.get(kind, import_id)
    if waiting.state is ImportState.RUNNING:
        await Importing(service.store, service.intake, actor, trace, waiting).give_up([_UNDONE])
    return {}


async def _taken(importing: Importing, order: Order) -> Imported:
    match order.kind:
        case FileKind.ELDERS:
            return await import_roll(importing, order, roll_in)
        case FileKind.VISITS:
            return await import_visits(importing, order, visits_in)
        case FileKind.LEADS:
            return await import_leads(importing, order, leads_in)


def _order(job: Job, kind: FileKind, upload: Upload) -> Order:
    asked = job.payload
    since, origin = asked["tracking_starts_on"], asked["origin"]
    return Order(
        kind=kind,
        upload=upload,
        mode=Mode(asked["mode"]),
        atomic=Atomic(asked["atomic"]),
        confirmed=asked["confirmed"],
        tracking_starts_on=date.fromisoformat(since) if since else None,
        origin=_origin(*origin) if origin else None,
        provider=_id(asked["provider"]),
        supersedes=_id(asked["supersedes"]),
    )


def _id(written: str | None) -> UUID | None:
    return UUID(written) if written else None


def _origin(source: str, department: str | None) -> Origin:
    return Origin(LeadSource(source), Unit(department) if department else None)
