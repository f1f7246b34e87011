"""After a death: was the elder seen in time, and what do records of those days say? (事件核查; rules A5, A35, R48)

The district looks into every death that nobody had noticed in time, and into records of visits that cannot have
been or that were written down once the death was known. Its word says which of these records count.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from api.domain.errors import Fault
from api.domain.machines import Machine, move


class IncidentKind(StrEnum):
    DIED_UNSEEN = "died_unseen"  # 去世前未按期探访
    OPEN_RISK = "open_risk"  # 去世时风险未办结
    VISIT_AFTER_DEATH = "visit_after_death"  # 去世后仍有探访记录
    ENTERED_AFTER_DISCOVERY = "entered_after_discovery"  # 发现去世后补录


class IncidentState(StrEnum):
    OPEN = "open"  # 待核查
    CONCLUDED = "concluded"  # 已核查
    WITHDRAWN = "withdrawn"  # 误报撤销


class IncidentCommand(StrEnum):
    CONCLUDE = "conclude"  # 作出核查结论
    WITHDRAW = "withdraw"  # 去世系误报，撤销


_S = IncidentState
LIFE: Machine[IncidentState, IncidentCommand] = Machine(
    {
        IncidentCommand.CONCLUDE: move(_S.OPEN, to=_S.CONCLUDED),
        IncidentCommand.WITHDRAW: move(_S.OPEN, _S.CONCLUDED, to=_S.WITHDRAWN),
    }
)


class IncidentFinding(StrEnum):
    DUTY_DONE = "duty_done"  # 已尽责
    DUTY_MISSED = "duty_missed"  # 未按期探访
    RECORD_MISTAKEN = "record_mistaken"  # 记录有误
    RECORD_FALSE = "record_false"  # 记录不实


@dataclass(frozen=True, slots=True)
class Death:
    """The day it happened, as far as known, and the day it was found."""

    died_on: date
    found_on: date


def days_between(last_contact_on: date | None, day: date) -> int | None:
    """Days from the last contact of any mode; None where there never was one."""
    return None if last_contact_on is None else (day - last_contact_on).days


def in_question(death: Death, visited_on: date, entered_on: date, *, completed: bool) -> IncidentKind | None:
    """Why a record is to be looked into: completed after the death, or written down once that was known."""
    if completed and visited_on > death.died_on:
        return IncidentKind.VISIT_AFTER_DEATH
    if visited_on < death.found_on <= entered_on:
        return IncidentKind.ENTERED_AFTER_DISCOVERY
    return None


def word_faults(named: Iterable[UUID], records: Collection[UUID]) -> Iterator[Fault]:
    """The district's word is about every record in question, once, and about no other.

    Codes: ``record_not_in_review``, ``record_named_twice``, ``record_without_word``.
    """
    seen: set[UUID] = set()
    for index, visit_id in enumerate(named):
        pointer = f"/records/{index}/visit_id"
        if visit_id not in records:
            yield Fault("record_not_in_review", pointer)
        elif visit_id in seen:
            yield Fault("record_named_twice", pointer)
        seen.add(visit_id)
    if not seen.issuperset(records):
        yield Fault("record_without_word", "/records")
