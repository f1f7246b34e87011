"""A record on its way in: as it was sent, and what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from api.domain.credits import Credit
from api.domain.errors import Fault
from api.domain.flags import Flag
from api.domain.references import ElderRef, WorkerRef
from api.domain.visits import Standing, VisitRecord
from api.schemas.visit_answers import VisitResult
from api.schemas.visits import VisitIn
from api.store.findings import Opened
from api.store.subjects import Subject

_STATUS = {
    VisitResult.CREATED: 201,
    VisitResult.UPDATED: 200,
    VisitResult.UNCHANGED: 200,
    VisitResult.HELD: 202,
    VisitResult.REJECTED: 422,
}
_CONFLICTS = frozenset({"stale_version", "visit_voided", "external_id_taken", "held_dismissed", "wrong_state"})


@dataclass(frozen=True, slots=True)
class Told:
    """The township's word on a record that was held: whose it is. Who sent it, and when, stays."""

    elder_id: UUID
    recorded_by: UUID | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """One record as it came: ``request`` tells which of the requests in this transaction brought it.

    ``name``: under which external_id it is stored already. ``amends``: why its author corrects it.
    ``supersedes``: the records of the file that this one's file corrects. ``restores``: the standing of a record whose
    former words these are, since the file that said otherwise is taken back.
    """

    request: int
    index: int
    source: str
    raw: object
    from_file: bool = False
    office: bool = False
    name: str | None = None
    told: Told | None = None
    amends: str | None = None
    supersedes: frozenset[UUID] = frozenset()
    restores: Standing | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Whom a record is about, who came and when, as far as that part of it is right; pointers tell where it says so."""

    elder: ElderRef | None = None
    came: tuple[tuple[str, WorkerRef], ...] = ()
    day: date | None = None
    day_at: str = ""


NOTHING = Said()


@dataclass(frozen=True, slots=True)
class Force:
    """Whose worker came; ``bought``: under a contract that ran on that day; ``trained``: on that day."""

    provider_id: UUID
    bought: bool
    trained: bool


@dataclass(slots=True)
class Taken:
    """What became of one record; the wire's item is drawn from it."""

    sent: Sent
    result: VisitResult = VisitResult.REJECTED
    id: UUID | None = None
    external_id: str | None = None
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    flags: tuple[Flag, ...] = ()
    credit: Credit | None = None
    opened: Opened = field(default_factory=Opened)
    # while it is being taken:
    form: VisitIn | None = None
    record: VisitRecord | None = None
    said: Said = NOTHING
    subject: Subject | None = None
    worker: Any = None
    force: Force | None = None
    contested: tuple[Fault, ...] = ()  # refuses what is new, not what is stored already
    stored: Any = None
    waited: bool = False  # a held record bears its name
    corrects: bool = False  # a file says what the stored record should have said; no version need tell
    revives: bool = False  # what is stored was taken back with its file: it is accepted anew
    version: int | None = None  # which version of the record it made; None where it changed nothing
    answers: bytes | None = None
    by_proxy: bool | None = None
    row: dict[str, Any] | None = None

    @property
    def touched(self) -> Iterator[UUID]:
        """The record and whom it is about, as the audit names them; of a refusal, too."""
        yield from (each for each in (self.id, self.subject.id if self.subject else None) if each is not None)

    @property
    def rejected(self) -> bool:
        return self.result is VisitResult.REJECTED

    @property
    def held(self) -> bool:
        return self.result is VisitResult.HELD

    @property
    def status(self) -> int:
        """As if the record had been posted alone."""
        if self.rejected and any(fault.code in _CONFLICTS for fault in self.errors):
            return 409
        return _STATUS[self.result]

    def refuse(self, *errors: Fault) -> None:
        """Every reason is told, whenever it is found."""
        self.result, self.errors = VisitResult.REJECTED, (*self.errors, *errors)

    def rehearsed(self) -> "Taken":
        """The same report without the ids of what a dry run did not keep."""
        kept = self.id if self.stored is not None else None
        return replace(self, id=kept, version=None, opened=Opened(self.opened.ids, kept=False))
