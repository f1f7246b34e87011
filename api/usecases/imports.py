"""Files in: read in a thread, taken in part by part, reported row by row; sent again, they change nothing.

Each part of a file has a short transaction of its own, unless all or nothing is wished. A row that cannot
stand is refused alone; what became of every row is kept as the file's report.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from typing import IO, Any, Generic, Protocol, TypeVar
from uuid import UUID

from api.domain.access import Actor
from api.domain.divisions import Gazetteer
from api.domain.engagements import source_of_provider
from api.domain.errors import DomainError, Fault, NotFound, Refused
from api.domain.identity import uuid7
from api.domain.imports import FileKind, FileReport, ImportState, RowReport, RowResult, figures
from api.domain.leads import Origin
from api.domain.policy import Policy
from api.schemas.visits import Atomic, Mode
from api.store import Registers, Store, Trace
from api.store.answers import Answer, Once
from api.store.dialect import Trouble, trouble_of
from api.usecases.intake import Intake
from api.usecases.on_behalf import grants_of

MOST_AT_ONCE = 10_000
"""Rows that are taken in while the sender waits; a larger file becomes a job."""
MOST_TOGETHER = 5_000
"""Rows of a file that is taken in whole or not at all."""
PART = 500
"""Rows in one transaction otherwise."""
JOB = "import_file"
_PIECE = 1024 * 1024  # bytes of a file that are sealed together
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
    """A file that was read to its end; its rows are laid aside, and each is read back when it is asked for."""

    @property
    def problems(self) -> tuple[Fault, ...]: ...
    @property
    def warnings(self) -> tuple[Fault, ...]: ...
    @property
    def rows(self) -> Sequence[R_co]: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent, open; whoever opened it closes it. ``lines``: JSON lines, no table."""

    file: IO[bytes] = field(repr=False)
    filename: str = field(default="", repr=False)
    lines: bool = False
    digest: str = ""

    def pieces(self) -> Iterator[bytes]:
        """What it is, then the content piece by piece, as they are sealed."""
        yield json.dumps([self.filename, self.lines]).encode()
        self.file.seek(0)
        while piece := self.file.read(_PIECE):
            yield piece


async def sent_again(registers: Registers, report: FileReport, file: IO[bytes]) -> Upload | None:
    """The file that is kept, written into ``file``; None where it is not kept any more."""
    upload: Upload | None = None
    async for piece in registers.imports.upload(report):
        if upload is None:
            filename, lines = json.loads(piece)
            upload = Upload(file, filename, lines)
        else:
            file.write(piece)
    return upload


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
    ``provider``: of visits, whose records an office brings. ``supersedes``: the file of visits that this one corrects.
    """

    kind: FileKind
    upload: Upload
    mode: Mode = Mode.COMMIT
    atomic: Atomic = Atomic.NONE
    confirmed: bool = False
    tracking_starts_on: date | None = None
    origin: Origin | None = None
    provider: UUID | None = None
    supersedes: UUID | None = None
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


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file as a whole, and of its rows."""

    report: FileReport
    items: Sequence[RowReport] = ()


async def import_file(importing: "Importing", order: Order, way: Way[R]) -> Imported:
    """Take a file in, or put it on the table of jobs; what became of it until then.

    Raises Refused for a file that cannot be read, or not as a whole where all or nothing is wished.
    """
    setting = await importing.begin(order)
    if isinstance(setting, Imported):
        return setting
    with closing(await asyncio.to_thread(way.read, order.upload, setting)) as reading:
        _check(reading, order)
        if importing.waiting is None and (order.background or len(reading.rows) > MOST_AT_ONCE):
            return await importing.postpone(order, len(reading.rows))
        items = await way.take(importing, order, reading.rows)
        imported = await patiently(lambda: importing.keep(order, reading, items))
    if imported is None:
        raise DomainError("service_busy")
    return imported


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

    def source_of(self, order: Order) -> str:
        """Whose records a file holds: a provider's, or the office's, whoever of its people brings them."""
        if self.actor.provider_id is not None:
            return self.actor.source
        return source_of_provider(order.provider) if order.provider else f"office:{self.actor.areas[0]}"

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

    async def begin(self, order: Order) -> Imported | Setting:
        """What the file is read with; or what became of it, if this request was answered before."""
        async with self.store.opened(self.actor, self.trace_of_part(), writes=order.once is not None) as registers:
            if order.once is not None:
                if (known := await _claimed(registers, order)) is not None:
                    return known
                await registers.answers.release(order.once)
            await self._check(registers, order)
            book = await registers.places.book_for(self.actor.areas[0])
            return Setting(await registers.places.gazetteer(), book.on(registers.today), registers.today)

    async def _check(self, registers: Registers, order: Order) -> None:
        """Raises Refused for a provider, or a former file of the same sender, that is not in sight."""
        try:
            if order.provider is not None and order.provider != self.actor.provider_id:
                await registers.providers.get(order.provider)
        except NotFound as error:
            raise Refused([Fault("source_unknown", "/query/source")]) from error
        try:
            former = await registers.imports.get(order.kind, order.supersedes) if order.supersedes else None
        except NotFound as error:
            raise Refused([Fault("import_unknown", "/query/supersedes")]) from error
        if former and (former.state is not ImportState.DONE or former.source != self.source_of(order)):
            raise Refused([Fault("import_unknown", "/query/supersedes")])

    async def keep(self, order: Order, reading: Reading[R], items: Sequence[RowReport]) -> Imported:
        """Store the report, and that it answers the request's key."""
        async with self.store.opened(self.actor, self.trace, writes=True) as registers:
            report = self._report(registers, order, ImportState.DONE, reading, items)
            if not report.refused and (known := await _answered(registers, order, report)) is not None:
                return known
            if self.waiting is not None:
                await registers.imports.finish(report, items)
                return Imported(report, items)
            unsettled = any(item.unsettled for item in items)
            await registers.imports.add(report, items, order.upload.pieces() if unsettled else None)
            return Imported(report, items)

    async def advance(self, rows_read: int, rows_done: int) -> None:
        """Say of a file that somebody waits for how far it is."""
        if self.waiting is None:
            return
        async with self.store.opened(self.actor, self.trace_of_part(), writes=True) as registers:
            await registers.imports.advance(self.waiting.id, rows_read, rows_done)

    async def postpone(self, order: Order, rows_read: int) -> Imported:
        """Keep the file for a job, which reports under the id that is answered now."""
        async with self.store.opened(self.actor, self.trace, writes=True) as registers:
            report = replace(self._report(registers, order, ImportState.RUNNING), rows_read=rows_read, rows_done=0)
            if (known := await _answered(registers, order, report)) is not None:
                return known
            await registers.imports.add(report, upload=order.upload.pieces())
            payload = _payload(self.actor, order, report.id)
            await registers.jobs.enqueue(JOB, area=report.area, payload=payload, requested_by=self.actor.id)
            return Imported(report)

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
            source=self.source_of(order),
            area=self.actor.areas[0],
            state=state,
            created_at=waited.created_at if waited else registers.now,
            finished_at=registers.now if state is ImportState.DONE else None,
            supersedes=order.supersedes,
            rows_read=len(items) if reading else None,
            rows_done=len(items) if reading else None,
            stats=figures(items),
            problems=reading.problems if reading else (),
            warnings=reading.warnings if reading else (),
            areas=self.actor.areas,
        )


async def _claimed(registers: Registers, order: Order) -> Imported | None:
    """None when the request's key is now ours, what it was answered with otherwise."""
    if order.once is None:
        return None
    stored = await registers.answers.claim(order.once)
    if stored is None:
        return None
    report = await registers.imports.get(order.kind, UUID(stored.body.decode()))
    return Imported(report, [item async for items in registers.imports.rows(report) for item in items])


async def _answered(registers: Registers, order: Order, report: FileReport) -> Imported | None:
    """Remember ``report`` under the request's key; another one that was there first is answered instead."""
    if (known := await _claimed(registers, order)) is not None:
        return known
    if order.once is not None:
        answer = Answer(201, {}, str(report.id).encode())
        await registers.answers.keep(order.once, answer)
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
        "provider": _text(order.provider),
        "supersedes": _text(order.supersedes),
        "origin": [order.origin.source, order.origin.department] if order.origin else None,
        "grants": grants_of(actor),
    }


def _text(row_id: UUID | None) -> str | None:
    return str(row_id) if row_id else None


# --- the rows -----------------------------------------------------------------------------------------


def parts_of(rows: Sequence[R]) -> Iterator[Sequence[R]]:
    """The rows that are taken in together, read back part by part."""
    return (rows[start : start + PART] for start in range(0, len(rows), PART))


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
