"""A sender's roster (服务人员名册) that comes with its records: taken in first, each line answered by itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from api.domain.errors import Fault
from api.schemas.visit_answers import VisitResult
from api.schemas.visits import WorkerIn, parse_worker
from api.store import Registers

_STATUS = {VisitResult.CREATED: 201, VisitResult.UPDATED: 200, VisitResult.UNCHANGED: 200, VisitResult.REJECTED: 422}


@dataclass(slots=True)
class Line:
    """One worker as he was sent, and what became of him."""

    form: WorkerIn | None = None
    external_id: str | None = None
    result: VisitResult = VisitResult.REJECTED
    id: UUID | None = None
    errors: tuple[Fault, ...] = ()

    @property
    def status(self) -> int:
        return _STATUS[self.result]

    def refuse(self, *errors: Fault) -> None:
        self.result, self.id, self.errors = VisitResult.REJECTED, None, (*self.errors, *errors)


@dataclass(slots=True)
class Roster:
    """``sent``: the workers of one request. ``lines``: what became of them, once they are taken in."""

    sent: Sequence[object] = ()
    lines: list[Line] = field(default_factory=list)

    @property
    def rejected(self) -> bool:
        return any(line.errors for line in self.lines)

    def refuse_together(self) -> None:
        """The good lines say that something else in the request was bad."""
        for line in self.lines:
            if not line.errors:
                line.refuse(Fault("batch_refused"))

    def rehearse(self) -> None:
        """Without the ids of what a dry run did not keep."""
        for line in self.lines:
            line.id = None if line.result is VisitResult.CREATED else line.id


async def enlist(registers: Registers, source: str, roster: Roster) -> None:
    """Register or correct the workers of a sender. Who was known by name alone gets his number."""
    roster.lines = [_read(raw) for raw in roster.sent]
    _refuse_repeated(roster.lines)
    alive = [line for line in roster.lines if line.form is not None and not line.errors]
    if not alive:
        return
    register = registers.at_work().workers
    forms = [line.form for line in alive if line.form]
    known = await register.of_source(source, [(form.external_id, form.kind, form.name) for form in forms])
    new: list[Line] = []
    changed: list[tuple[Any, WorkerIn]] = []
    for line in alive:
        assert line.form is not None
        row = _meant(line.form, known)
        if _taken(line.form, row, known):
            line.refuse(Fault("worker_name_taken", "/name"))
        elif row is None:
            line.result = VisitResult.CREATED
            new.append(line)
        else:
            same = _same(line.form, row, register.phone(row))
            line.id, line.result = row.id, VisitResult.UNCHANGED if same else VisitResult.UPDATED
            changed += [] if same else [(row, line.form)]
    ids = await register.enlist(source, [_values(line.form) for line in new if line.form])
    for line, worker_id in zip(new, ids, strict=True):
        line.id = worker_id
    await register.correct([(row, _values(form)) for row, form in changed])


def _read(raw: object) -> Line:
    form = parse_worker(raw)
    if isinstance(form, WorkerIn):
        return Line(form, form.external_id)
    name = raw.get("external_id") if isinstance(raw, Mapping) else None
    wrong = {fault.pointer for fault in form}
    return Line(None, name if isinstance(name, str) and "/external_id" not in wrong else None, errors=form)


def _refuse_repeated(lines: Iterable[Line]) -> None:
    """The second of one number, and the second of one name and kind: nobody could tell them apart."""
    numbers: dict[str, int] = {}
    names: set[tuple[str, str]] = set()
    for place, line in enumerate(lines, start=1):
        if line.form is None:
            continue
        called = (line.form.kind.value, line.form.name)
        if line.form.external_id in numbers:
            line.refuse(Fault("worker_repeated", "/external_id", {"first": numbers[line.form.external_id]}))
        elif called in names:
            line.refuse(Fault("worker_name_taken", "/name"))
        numbers.setdefault(line.form.external_id, place)
        names.add(called)


def _meant(form: WorkerIn, known: Sequence[Any]) -> Any | None:
    """The row of that number, or of that name if it has no number yet."""
    numbered = (row for row in known if row.external_id == form.external_id)
    named = (row for row in known if row.external_id is None and (row.kind, row.name) == (form.kind, form.name))
    return next(numbered, None) or next(named, None)


def _taken(form: WorkerIn, row: Any | None, known: Sequence[Any]) -> bool:
    """Whether somebody else of the sender goes by that name."""
    others = (each for each in known if row is None or each.id != row.id)
    return any((each.kind, each.name) == (form.kind, form.name) for each in others)


def _same(form: WorkerIn, row: Any, phone: str | None) -> bool:
    """A phone that is not sent says nothing."""
    named = (form.external_id, form.kind, form.name) == (row.external_id, row.kind, row.name)
    return named and form.phone in (None, phone)


def _values(form: WorkerIn) -> dict[str, Any]:
    return {"external_id": form.external_id, "kind": form.kind.value, "name": form.name, "phone": form.phone}
