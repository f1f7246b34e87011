"""Complaints (投诉): taken down by anybody of the three roles, decided by an office (R50)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from api.domain.complaints import LIFE, ComplaintCommand, ComplaintState
from api.domain.errors import Fault, Forbidden
from api.schemas.complaints import ComplaintIn, ComplaintOut
from api.schemas.etags import etag_of
from api.schemas.inspections import NoteIn
from api.store import Registers
from api.usecases.standing import refuse


async def complain(registers: Registers, form: ComplaintIn) -> UUID:
    """A complaint about a record, an elder's visits or a village's. Raises NotFound for what is out of sight."""
    refuse(_faults(registers, form))
    village, elder_id, worker_id = form.village, form.elder_id, None
    if form.visit_id is not None:
        visit = await registers.visits.get(form.visit_id)
        village, elder_id, worker_id = visit.village, visit.elder_id, visit.worker_id
    elif elder_id is not None:
        village = (await registers.elders.get(elder_id)).village
    else:
        [village] = registers.actor.narrowed(village)
    policy = (await registers.places.book_for(village)).on(registers.today)
    row = {
        "village": village,
        "elder_id": elder_id,
        "visit_id": form.visit_id,
        "worker_id": worker_id,
        "kind": form.kind.value,
        "complainant": form.complainant.value,
        "state": ComplaintState.RECEIVED.value,
        "received_on": form.received_on or registers.today,
        "received_by": registers.actor.id,
        "due_on": registers.today + timedelta(days=policy.rectification_days),
        "sealed": {"text": form.text},
    }
    [complaint_id] = await registers.complaints.add([row], command="receive")
    return complaint_id


def _faults(registers: Registers, form: ComplaintIn) -> Iterator[Fault]:
    if sum(each is not None for each in (form.visit_id, form.elder_id, form.village)) != 1:
        yield Fault("complaint_about_one", "/village")
    if form.received_on is not None and form.received_on > registers.today:
        yield Fault("day_in_future", "/received_on")


async def decide(registers: Registers, row: Any, command: ComplaintCommand, form: NoteIn) -> Any:
    """Founded, unfounded or taken back. Raises Forbidden ``own_record`` for whoever is complained of."""
    state = LIFE.after(command, ComplaintState(row.state))
    if row.visit_id is not None and (await registers.visits.get(row.visit_id)).recorded_by == registers.actor.id:
        raise Forbidden("own_record")
    return await registers.complaints.change(
        row,
        command.value,
        details={"note": form.note},
        state=state.value,
        decided_by=registers.actor.id,
        decided_on=registers.today,
    )


def complaint_out(registers: Registers, row: Any) -> ComplaintOut:
    known = {name: getattr(row, name) for name in ComplaintOut.model_fields if hasattr(row, name)}
    said = registers.complaints.details(row)
    return ComplaintOut(
        **known,
        text=said["text"],
        note=said.get("note"),
        late=row.state == ComplaintState.RECEIVED and row.due_on < registers.today,
        etag=etag_of(row.version),
    )
