"""Extra visits at festivals and in bad weather, and days on which nobody can go out (plan 四(三); A17).

Proposed by the township or the district, opened by the district; whatever follows for elders is judged at
once, or by a job where they are many.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.days import months_later
from api.domain.errors import Fault
from api.domain.months import Month
from api.domain.policy import Method, Tier
from api.domain.surges import (
    IN_FORCE,
    LIFE,
    SurgeCommand,
    SurgeKind,
    SurgeSource,
    SurgeState,
    Window,
    area_around,
    state_on,
    window_faults,
)
from api.domain.tasks import VisitTaskKind
from api.schemas.late import Late
from api.schemas.surges import (
    CancelSurgeIn,
    EndSurgeIn,
    ExtendSurgeIn,
    OpenSurgeIn,
    SurgeFiguresOut,
    SurgeIn,
    SurgeOut,
    SurgeSignalOut,
    SurgeStoryOut,
)
from api.store import Registers
from api.store.surges import window_of
from api.store.tasks import NewTask
from api.usecases.festivals import festival_window
from api.usecases.rejudging import months_from, rejudge, rejudge_tasks
from api.usecases.standing import refuse

MOST_AT_ONCE = 500  # elders who are judged in the request itself
_DISTRICT = 6


# --- proposing ----------------------------------------------------------------------------------------


async def propose_surge(registers: Registers, form: SurgeIn) -> Any:
    """A window that waits for the district to open it. Raises Refused with everything that is wrong."""
    areas = list(form.areas or registers.actor.areas)
    refuse([*await _area_faults(registers, areas), *_form_faults(form)])
    tiers = frozenset(form.tiers or ())
    if form.festival is not None and form.year is not None:
        window = await festival_window(registers, form.festival, form.year)
        starts_on, ends_on, tiers = window.starts_on, window.ends_on, tiers or window.tiers
        source, festival = SurgeSource.FESTIVAL, form.festival.value
    else:
        assert form.starts_on is not None
        assert form.ends_on is not None
        starts_on, ends_on, source, festival = form.starts_on, form.ends_on, SurgeSource.MANUAL, None
    return await propose(
        registers,
        form.kind,
        areas,
        starts_on,
        ends_on,
        tiers=tiers or {Tier.PRIORITY},
        source=source,
        festival=festival,
        note=form.note,
    )


async def propose(
    registers: Registers,
    kind: SurgeKind,
    areas: list[str],
    starts_on: date,
    ends_on: date,
    *,
    tiers: Iterable[Tier] = (Tier.PRIORITY,),
    source: SurgeSource,
    festival: str | None = None,
    signal_id: UUID | None = None,
    note: str | None = None,
) -> Any:
    """Keep a proposal. Raises Refused for days that cannot be."""
    grace_days = await _grace_days(registers, kind, areas, starts_on)
    refuse(window_faults(kind, starts_on, ends_on, grace_days, registers.today))
    [surge_id] = await registers.surges.add(
        [
            {
                "village": area_around(areas),
                "areas": areas,
                "kind": kind.value,
                "source": source.value,
                "state": SurgeState.PLANNED.value,
                "starts_on": starts_on,
                "ends_on": ends_on,
                "tiers": sorted(tiers) if kind is SurgeKind.SURGE else [],
                "grace_days": grace_days,
                "festival": festival,
                "signal_id": signal_id,
                "proposed_by": registers.actor.id,
                "created_at": registers.now,
                "sealed": {"note": note},
            }
        ],
        command="propose",
    )
    return await registers.surges.get(surge_id)


# --- opening, changing, undoing -----------------------------------------------------------------------


async def open_surge(registers: Registers, row: Any, body: Late[OpenSurgeIn]) -> Any:
    """It holds from now on, with what the district says otherwise than proposed."""
    state = _after(registers, SurgeCommand.OPEN, row)
    form = body.parsed()
    kind, areas = SurgeKind(row.kind), list(form.areas or row.areas)
    starts_on, ends_on = form.starts_on or row.starts_on, form.ends_on or row.ends_on
    grace_days = await _grace_days(registers, kind, areas, starts_on)
    faults = [*await _area_faults(registers, areas), *_tier_faults(kind, form.tiers)]
    refuse([*faults, *window_faults(kind, starts_on, ends_on, grace_days, registers.today)])
    said = {
        "areas": areas,
        "village": area_around(areas),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "tiers": sorted(form.tiers) if form.tiers else row.tiers,
        "grace_days": grace_days,
        "opened_by": registers.actor.id,
        "opened_at": registers.now,
    }
    return await _changed(registers, row, SurgeCommand.OPEN, form.note, state=state.value, **said)


async def extend_surge(registers: Registers, row: Any, body: Late[ExtendSurgeIn]) -> Any:
    """It lasts longer."""
    _after(registers, SurgeCommand.EXTEND, row)
    ends_on = body.parsed().ends_on
    if ends_on <= row.ends_on:
        refuse([Fault("dates_out_of_order", "/ends_on")])
    kind = SurgeKind(row.kind)
    refuse(window_faults(kind, row.starts_on, ends_on, row.grace_days, registers.today))
    return await _changed(registers, row, SurgeCommand.EXTEND, ends_on=ends_on)


async def end_surge(registers: Registers, row: Any, body: Late[EndSurgeIn]) -> Any:
    """It is over sooner than foreseen; what has not begun is cancelled instead."""
    state = _after(registers, SurgeCommand.END, row)
    ends_on = body.parsed().ends_on or registers.today
    if not row.starts_on <= ends_on <= row.ends_on:
        refuse([Fault("dates_out_of_order", "/ends_on")])
    return await _changed(registers, row, SurgeCommand.END, state=state.value, ends_on=ends_on)


async def cancel_surge(registers: Registers, row: Any, body: Late[CancelSurgeIn]) -> Any:
    """As if it had never been: its tasks are gone, and so is the grace of a stand-down."""
    state = _after(registers, SurgeCommand.CANCEL, row)
    return await _changed(registers, row, SurgeCommand.CANCEL, body.parsed().note, state=state.value)


async def judge_window(registers: Registers, window: Window, people: list[UUID]) -> None:
    """Judge anew what a window changes for some elders."""
    upcoming = Month.of(registers.today).next()
    months = [m for m in months_from(min(window.starts_on, registers.today), registers.today) if m <= upcoming]
    if window.kind is SurgeKind.SURGE:
        await rejudge_tasks(registers, people, months)
    else:
        await rejudge(registers, people, months)


async def _changed(
    registers: Registers, row: Any, command: SurgeCommand, note: str | None = None, **columns: Any
) -> Any:
    details = None if note is None else {"note": note}
    after = await registers.surges.change(row, command.value, details=details, **columns)
    if {row.state, after.state} & set(IN_FORCE):
        await _follow(registers, window_of(after), after.village[:_DISTRICT], first=command is SurgeCommand.OPEN)
    return await registers.surges.get(row.id)


async def _follow(registers: Registers, window: Window, district: str, *, first: bool) -> None:
    people = await registers.surges.concerned(window, lock=True)
    if first and window.kind is SurgeKind.SURGE:
        plain = await _ask_for_plain(registers, window)
        people = [elder_id for elder_id in people if elder_id not in plain]
    if len(people) <= MOST_AT_ONCE:
        await judge_window(registers, window, people)
    else:
        await registers.jobs.enqueue("judge_window", area=district, payload={"surge_id": str(window.id)})


async def _ask_for_plain(registers: Registers, window: Window) -> set[UUID]:
    """A task for each whom a new surge counts beyond question, all at once; answers who they are."""
    books = [book for area in window.areas for book in await registers.places.books_in(area)]
    if any((book.tracking_starts_on or date.min) > window.starts_on for book in books):
        return set()
    age = max(policy.min_age for book in books for policy in book.versions)
    plain = await registers.surges.plain(window, months_later(window.starts_on, -12 * age))
    kind, key = VisitTaskKind.SURGE.value, str(window.id)
    await registers.tasks.open(
        [NewTask(elder_id, village, kind, key, window.starts_on, window.ends_on) for elder_id, village in plain]
    )
    await registers.surges.bring_forward(window)
    return {elder_id for elder_id, _ in plain}


def _after(registers: Registers, command: SurgeCommand, row: Any) -> SurgeState:
    return LIFE.after(command, state_on(SurgeState(row.state), row.ends_on, registers.today))


# --- what is wrong ------------------------------------------------------------------------------------


async def _area_faults(registers: Registers, areas: Iterable[str]) -> list[Fault]:
    """An area that is not the actor's is as unknown as one that nobody knows."""
    known = await registers.places.gazetteer()
    return [
        Fault("division_unknown", f"/areas/{index}")
        for index, area in enumerate(areas)
        if area not in known or not registers.actor.covers(area)
    ]


def _form_faults(form: SurgeIn) -> Iterator[Fault]:
    """Codes: ``window_or_festival``, ``festival_of_a_stand_down``, ``tiers_of_a_stand_down``."""
    days, festival = (form.starts_on, form.ends_on), (form.festival, form.year)
    if (None in days) is (None in festival) or (any(days) and any(festival)):
        yield Fault("window_or_festival", "/starts_on")
    if form.kind is SurgeKind.STAND_DOWN and form.festival is not None:
        yield Fault("festival_of_a_stand_down", "/festival")
    yield from _tier_faults(form.kind, form.tiers)


def _tier_faults(kind: SurgeKind, tiers: list[Tier] | None) -> Iterator[Fault]:
    if kind is SurgeKind.STAND_DOWN and tiers is not None:
        yield Fault("tiers_of_a_stand_down", "/tiers")


async def _grace_days(registers: Registers, kind: SurgeKind, areas: list[str], day: date) -> int:
    """By the policy on its first day; later versions leave it as it is."""
    if kind is SurgeKind.SURGE:
        return 0
    return (await registers.places.book_for(area_around(areas))).on(day).stand_down_grace_days


# --- answers ------------------------------------------------------------------------------------------


async def story_of(registers: Registers, row: Any, area: str | None) -> SurgeStoryOut:
    """A surge with its figures in an area of the actor's. Raises NotFound for any other area."""
    areas = registers.actor.narrowed(area)
    figures = None
    if row.kind == SurgeKind.SURGE and row.state in IN_FORCE:
        counted = await registers.surges.figures(row.id, areas)
        by = counted.by_method
        figures = SurgeFiguresOut(
            tasks=counted.tasks,
            contacted=counted.contacted,
            home=by.get(Method.HOME, 0),
            phone=by.get(Method.PHONE, 0),
            online=by.get(Method.ONLINE, 0),
            other=by.get(Method.OTHER, 0),
            not_reached=counted.not_reached,
            contact_rate=counted.rate,
        )
    return SurgeStoryOut(**dict(surge_out(registers, row)), figures=figures)


def surge_out(registers: Registers, row: Any) -> SurgeOut:
    signal = None
    if row.signal_id is not None:
        signal = SurgeSignalOut(id=row.signal_id, kind=row.signal_kind, code=row.signal_code, colour=row.signal_colour)
    return SurgeOut(
        id=row.id,
        kind=row.kind,
        source=row.source,
        state=state_on(SurgeState(row.state), row.ends_on, registers.today),
        areas=row.areas,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        tiers=row.tiers,
        grace_days=row.grace_days if row.kind == SurgeKind.STAND_DOWN else None,
        festival=row.festival,
        signal=signal,
        note=registers.surges.details(row)["note"],
        proposed_by=row.proposed_by,
        created_at=row.created_at,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        version=row.version,
    )
