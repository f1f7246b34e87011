"""The township asks whether what was done has helped (rule R48); every kind of case asks in the same way."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel

from api.domain.access import Role
from api.domain.errors import Fault, Forbidden, WrongState
from api.domain.follow_ups import (
    FollowUpResult,
    FollowUpSubject,
    SuccessBy,
    self_followed_up,
)
from api.domain.months import SHANGHAI
from api.domain.policy import Policy
from api.domain.rates import percentage
from api.messages.code_words import CODE_TABLES
from api.schemas.follow_ups import (
    DueFollowUpOut,
    FollowUpFullOut,
    FollowUpIn,
    FollowUpOut,
    InspectFollowUpIn,
    SuccessOut,
    SuccessRatesOut,
    SuccessRowOut,
)
from api.store import Registers
from api.usecases.standing import refuse


class Case(Protocol):
    """The row of an escalation, a referral or a need."""

    @property
    def id(self) -> UUID: ...
    @property
    def village(self) -> str: ...
    @property
    def elder_id(self) -> UUID | None: ...
    @property
    def kind(self) -> str: ...


async def record_follow_up(
    registers: Registers,
    subject: FollowUpSubject,
    case: Case,
    form: FollowUpIn,
    did_the_work: Set[UUID],
    *,
    target_id: UUID | None = None,
    since: datetime | None = None,
) -> Any:
    """Keep what was heard about a case, and whether the actor asked about work of his own; the row.

    ``since``: when the work was done; nobody was asked before. ``target_id``: the body that did it, for the rates. What
    follows for the case is the caller's. Raises Forbidden where somebody else is to ask, Refused for the time.
    """
    own = await _judges_own_work(registers, case.village, did_the_work)
    policy = (await registers.places.book_for(case.village)).on(registers.today)
    at = form.at or registers.now
    refuse(_faults(at, since, registers.now, policy))
    values = {
        "subject": subject,
        "case_id": case.id,
        "kind": case.kind,
        "target_id": target_id,
        "elder_id": case.elder_id,
        "village": case.village,
        "result": form.result,
        "method": form.method,
        "at": at,
        "self_followed_up": own,
    }
    return await registers.follow_ups.add(values, form.text)


async def _judges_own_work(registers: Registers, village: str, did_the_work: Set[UUID]) -> bool:
    actor = registers.actor
    return self_followed_up(
        actor.id,
        of_township=actor.has(Role.TOWNSHIP_INSTRUCTOR, village),
        did_the_work=did_the_work,
        instructors=await registers.staff.instructors_of(village),
    )


def _faults(at: datetime, since: datetime | None, now: datetime, policy: Policy) -> Iterator[Fault]:
    if at > now + timedelta(minutes=policy.future_tolerance_minutes):
        yield Fault("time_in_future", "/at", {"minutes": policy.future_tolerance_minutes})
    if since is not None and at < since:
        yield Fault("followed_up_too_early", "/at")


async def inspect_follow_up(registers: Registers, row: Any, form: InspectFollowUpIn) -> Any:
    """The district looks into what somebody heard about work of his own (R48); once.

    Raises WrongState for one that was looked into or that another person heard, Forbidden for who heard it.
    """
    if not row.self_followed_up or row.stands is not None:
        raise WrongState("inspected" if row.self_followed_up else "heard_by_another", ["self_followed_up"])
    if row.recorded_by == registers.actor.id:
        raise Forbidden("own_record")
    return await registers.follow_ups.inspect(row, stands=form.stands, note=form.note)


# --- what was heard -----------------------------------------------------------------------------------


def follow_up_out(row: Any) -> FollowUpOut:
    return FollowUpOut.model_validate(_shown(row, FollowUpOut))


def follow_up_full_out(registers: Registers, row: Any) -> FollowUpFullOut:
    told = registers.follow_ups.told(row)
    return FollowUpFullOut(**_shown(row, FollowUpOut), text=told.get("text"), note=told.get("note"))


def due_out(registers: Registers, row: Any) -> DueFollowUpOut:
    shown = {name: getattr(row, name) for name in ("subject", "kind", "elder_id", "village", "due_on")}
    return DueFollowUpOut(**shown, case_id=row.id, late=row.due_on < registers.today)


def _shown(row: Any, model: type[BaseModel]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in model.model_fields}


# --- whether it helps ---------------------------------------------------------------------------------

_WORDS_OF_KIND = {
    FollowUpSubject.RISK_REMOVED: "risk_kind",
    FollowUpSubject.DIFFICULTY_EASED: "need_kind",
    FollowUpSubject.REFERRAL_DELIVERED: "referral_kind",
}


async def success_rates(
    registers: Registers, by: SuccessBy, area: str | None, since: date | None, until: date | None
) -> SuccessRatesOut:
    """How often it helped, of all that was asked from ``since`` on and before ``until``."""
    counts = await registers.follow_ups.counts(by, registers.actor.narrowed(area), _begin(since), _begin(until))
    total: Counter[str] = Counter()
    grouped: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in counts:
        total[row.result] += row.number
        if row.key is not None:
            subject = row.subject if by is SuccessBy.KIND else ""
            grouped[subject, str(row.key)][row.result] += row.number
    names = await _names(registers, by, grouped)
    rows = [
        SuccessRowOut(
            subject=FollowUpSubject(subject) if subject else None,
            key=key,
            name=names[subject, key],
            **success_of(grouped[subject, key]),
        )
        for subject, key in sorted(grouped)
    ]
    return SuccessRatesOut(by=by, total=SuccessOut(**success_of(total)), rows=rows)


def success_of(heard: Counter[str]) -> dict[str, Any]:
    """The counts and the rate; who was not reached has told nothing."""
    eased, not_eased = heard[FollowUpResult.EASED], heard[FollowUpResult.NOT_EASED]
    return {
        "followed_up": eased + not_eased,
        "eased": eased,
        "not_eased": not_eased,
        "not_reached": heard[FollowUpResult.NOT_REACHED],
        "success_rate": percentage(eased, eased + not_eased),
    }


async def _names(registers: Registers, by: SuccessBy, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    if by is SuccessBy.TOWNSHIP:
        gazetteer = await registers.places.gazetteer()
        return {(subject, code): gazetteer.name_of(code) for subject, code in keys}
    if by is SuccessBy.TARGET:
        names = await registers.follow_ups.targets([UUID(key) for _, key in keys])
        return {(subject, key): names.get(UUID(key), key) for subject, key in keys}
    return {(subject, kind): _kind_name(FollowUpSubject(subject), kind) for subject, kind in keys}


def _kind_name(subject: FollowUpSubject, kind: str) -> str:
    table = CODE_TABLES[_WORDS_OF_KIND[subject]]
    return next((each.zh for each in table.codes if each.code == kind), kind)


def _begin(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min, SHANGHAI)
