"""Files in: read in a thread, taken in part by part, reported row by row; sent again, they change nothing.

Each part of a file has a short transaction of its own, unless all or nothing is wished. A row that cannot
stand is refused alone; what became of every row is kept as the file's report.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from api.domain.access import Actor
from api.domain.divisions import Gazetteer
from api.domain.errors import DomainError, Fault, Refused
from api.domain.identity import uuid7
from api.domain.imports import FileKind, FileReport, ImportState, RowReport, RowResult
from api.domain.leads import Origin
from api.domain.policy import Policy
from api.schemas.visits import Atomic, Mode
from api.store import Registers, Store, Trace
from api.store.answers import Answer
from api.store.dialect import Trouble, trouble_of
from api.usecases.intake import Intake, Once

MOST_AT_ONCE = 10_000
"""Rows that are taken in while the sender waits; a larger file becomes a job."""
MOST_TOGETHER = 5_000
"""Rows of a file that is taken in whole or not at all."""
PART = 500
"""Rows in one transaction otherwise."""
JOB = "import_file"
_ATTEMPTS = 3


# --- what comes in ------------------------------------------------------------------------------------


class FileRow(Protocol):
    """One row as it was read; the pointer of its faults is the heading as printed."""

    @property
    def sheet(self) -> str: ...
    @property
    def row(self) -> int: ...
    @property
    def faults(self) -> tuple[Fault, ...]: ...
    @property
    def warnings(self) -> tuple[Fault, ...]: ...
    def column_of(self, pointer: str) -> str: ...


R = TypeVar("R", bound=FileRow)
R_co = TypeVar("R_co", bound=FileRow, covariant=True)
T = TypeVar("T")


class Reading(Protocol[R_co]):
    @property
    def problems(self) -> tuple[Fault, ...]: ...
    @property
    def warnings(self) -> tuple[Fault, ...]: ...
    @property
    def rows(self) -> Sequence[R_co]: ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent. ``lines``: JSON lines, no table."""

    data: bytes = field(repr=False)
    filename: str = field(default="", repr=False)
    lines: bool = False

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()

    @property
    def packed(self) -> bytes:
        """Name and content as one, to be sealed together."""
        return self.filename.encode() + b"\0" + self.data

    @classmethod
    def unpacked(cls, packed: bytes, *, lines: bool) -> "Upload":
        name, _, data = packed.partition(b"\0")
        return cls(data, name.decode(), lines)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a file is read with."""

    gazetteer: Gazetteer
    policy: Policy
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a file is to be taken in.

    ``confirmed``, ``tracking_starts_on``: of a roll. ``origin``: of leads, who names those whose row does not say.
    """

    kind: FileKind
    upload: Upload
    mode: Mode = Mode.COMMIT
    atomic: Atomic = Atomic.NONE
    confirmed: bool = False
    tracking_starts_on: date | None = None
    origin: Origin | None = None
    once: Once | None = None
    background: bool = False

    @property
    def rehearsal(self) -> bool:
        return self.mode is Mode.VALIDATE

    @property
    def together(self) -> bool:
        return self.atomic is Atomic.ALL


@dataclass(frozen=True, slots=True)
class Way(Generic[R]):
    """How files of one kind are read (in a thread; raises Refused) and their rows taken in."""

    read: Callable[[Upload, Setting], Reading[R]]
    take: "Callable[[Importing, Order, Sequence[R]], Awaitable[Sequence[RowReport]]]"


# --- taking it in -------------------------------------------------------------------------------------


async def import_file(importing: "Importing", order: Order, way: Way[R]) -> FileReport:
    """Take a file in, or put it on the table of jobs; the report as it stands then.

    Raises Refused for a file that cannot be read, or not as a whole where all or nothing is wished.
    """
    setting = await importing.begin(order)
    if isinstance(setting, FileReport):
        return setting
    reading = await asyncio.to_thread(way.read, order.upload, setting)
    _check(reading, order)
    if importing.waiting is None and (order.background or len(reading.rows) > MOST_AT_ONCE):
        return await importing.postpone(order)
    items = await way.take(importing, order, reading.rows)
    report = await patiently(lambda: importing.keep(order, reading, items))
    if report is None:
        raise DomainError("service_busy")
    return report


def _check(reading: Reading[R], order: Order) -> None:
    if reading.problems and (order.together or not reading.rows):
        raise Refused(reading.problems)
    if order.together and len(reading.rows) > MOST_TOGETHER:
        raise Refused([Fault("file_too_long_for_all", params={"limit": MOST_TOGETHER})])


class _Undone(Exception):
    """Leaves a transaction without its rows, but with what they came to."""

    def __init__(self, items: Sequence[RowReport]) -> None:
        super().__init__()
        self.items = items


@dataclass(frozen=True, slots=True)
class Importing:
    """The door for files: it opens a transaction for each part of a file, each with its audit entry.

    ``waiting``: the report that was promised when the file was put off.
    """

    store: Store
    intake: Intake
    actor: Actor
    trace: Trace
    waiting: FileReport | None = None

    @property
    def source(self) -> str:
        """Whose records a file holds: the office's, whoever of its people brings them."""
        return f"office:{self.actor.areas[0]}"

    def trace_of_part(self) -> Trace:
        return Trace(self.trace.operation, self.trace.request_id, self.trace.source)

    async def apart(
        self, order: Order, work: Callable[[Registers], Awaitable[Sequence[RowReport]]]
    ) -> Sequence[RowReport]:
        """What ``work`` came to in a transaction of its own; undone if it is a rehearsal or fails as a whole."""
        try:
            async with self.store.opened(self.actor, self.trace_of_part(), writes=True) as registers:
                items = await work(registers)
                if order.rehearsal or (order.together and any(item.rejected for item in items)):
                    raise _Undone(items)
                return items
        except _Undone as undone:
            for item in undone.items:
                item.id = None if item.result is RowResult.CREATED else item.id
            return undone.items

    async def begin(self, order: Order) -> FileReport | Setting:
        """What the file is read with; or the report, if this request was answered before."""
        async with self.store.opened(self.actor, self.trace_of_part(), writes=order.once is not None) as registers:
            if order.once is not None:
                if (known := await _claimed(registers, order)) is not None:
                    return known
                await registers.answers.release(order.once.owner, order.once.operation, order.once.key)
            book = await registers.places.book_for(self.actor.areas[0])
            return Setting(await registers.places.gazetteer(), book.on(registers.today), registers.today)

    async def keep(self, order: Order, reading: Reading[R], items: Sequence[RowReport]) -> FileReport:
        """Store the report, and that it answers the request's key."""
        async with self.store.opened(self.actor, self.trace, writes=True) as registers:
            report = self._report(registers, order, ImportState.DONE, reading, items)
            if not report.refused and (known := await _answered(registers, order, report)) is not None:
                return known
            await (registers.imports.add(report) if self.waiting is None else registers.imports.finish(report))
            return report

    async def postpone(self, order: Order) -> FileReport:
        """Keep the file for a job, which reports under the id that is answered now."""
        async with self.store.opened(self.actor, self.trace, writes=True) as registers:
            report = self._report(registers, order, ImportState.RUNNING)
            if (known := await _answered(registers, order, report)) is not None:
                return known
            await registers.imports.add(report, order.upload.packed)
            payload = _payload(self.actor, order, report.id)
            await registers.jobs.enqueue(JOB, area=report.area, payload=payload, requested_by=self.actor.id)
            return report

    async def give_up(self, problems: Sequence[Fault]) -> None:
        """Say of a file that waited why it could not be taken in."""
        assert self.waiting is not None
        async with self.store.opened(self.actor, self.trace, writes=True) as registers:
            failed = replace(
                self.waiting, state=ImportState.FAILED, problems=tuple(problems), finished_at=registers.now
            )
            await registers.imports.finish(failed)

    def _report(
        self,
        registers: Registers,
        order: Order,
        state: ImportState,
        reading: Reading[R] | None = None,
        items: Sequence[RowReport] = (),
    ) -> FileReport:
        waited = self.waiting
        return FileReport(
            id=waited.id if waited else uuid7(registers.now),
            kind=order.kind,
            mode=order.mode,
            atomic=order.atomic,
            source=self.source,
            area=self.actor.areas[0],
            state=state,
            created_at=waited.created_at if waited else registers.now,
            finished_at=registers.now if state is ImportState.DONE else None,
            items=items,
            problems=reading.problems if reading else (),
            warnings=reading.warnings if reading else (),
        )


async def _claimed(registers: Registers, order: Order) -> FileReport | None:
    """None when the request's key is now ours, the report it was answered with otherwise."""
    if order.once is None:
        return None
    once = order.once
    stored = await registers.answers.claim(once.owner, once.operation, once.key, once.body)
    return None if stored is None else await registers.imports.get(order.kind, UUID(stored.body.decode()))


async def _answered(registers: Registers, order: Order, report: FileReport) -> FileReport | None:
    """Remember ``report`` under the request's key; another one that was there first is answered instead."""
    if (known := await _claimed(registers, order)) is not None:
        return known
    if order.once is not None:
        answer = Answer(201, {}, str(report.id).encode())
        await registers.answers.keep(order.once.owner, order.once.operation, order.once.key, answer)
    return None


def _payload(actor: Actor, order: Order, import_id: UUID) -> Mapping[str, Any]:
    """What the job needs besides the file; its inverse is the job's own."""
    since = order.tracking_starts_on
    return {
        "import_id": str(import_id),
        "kind": order.kind,
        "mode": order.mode,
        "atomic": order.atomic,
        "confirmed": order.confirmed,
        "tracking_starts_on": since.isoformat() if since else None,
        "origin": [order.origin.source, order.origin.department] if order.origin else None,
        "lines": order.upload.lines,
        "grants": [[grant.role, grant.area] for grant in actor.grants],
    }


# --- the rows -----------------------------------------------------------------------------------------


def begun(row: FileRow) -> RowReport:
    """The report of a row that has only been read: refused, until it is taken in."""
    return RowReport(row.sheet, row.row, faults=row.faults, warnings=row.warnings)


async def patiently(work: Callable[[], Awaitable[T]]) -> T | None:
    """``work``, tried again while others hold what it needs; None when they do not let go."""
    for _ in range(_ATTEMPTS):
        try:
            return await work()
        except Exception as error:  # of all errors, being busy alone passes
            if trouble_of(error) != Trouble.BUSY:
                raise
    return None


def refused_with_the_rest(items: Sequence[RowReport]) -> Sequence[RowReport]:
    """The report of a file of which nothing was taken in: the good rows say that others were bad."""
    if any(item.rejected for item in items):
        for item in items:
            if not item.rejected:
                item.refuse([Fault("batch_refused")])
    return items
