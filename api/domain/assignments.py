"""Who comes to see whom, since when (R21, R27): assignments of elders to forces, and pairings with cadres."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from api.domain.access import Actor, Role
from api.domain.engagements import Span
from api.domain.machines import Machine, move


class AssignmentState(StrEnum):
    RUNNING = "running"  # 服务中
    ENDED = "ended"  # 已结束


class AssignmentCommand(StrEnum):
    END = "end"  # 结束派单


LIFE: Machine[AssignmentState, AssignmentCommand] = Machine(
    {AssignmentCommand.END: move(AssignmentState.RUNNING, to=AssignmentState.ENDED)}
)


class PairingState(StrEnum):
    RUNNING = "running"  # 结对中
    ENDED = "ended"  # 已解除


class PairingCommand(StrEnum):
    END = "end"  # 解除结对


PAIRING_LIFE: Machine[PairingState, PairingCommand] = Machine(
    {PairingCommand.END: move(PairingState.RUNNING, to=PairingState.ENDED)}
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who was to see an elder from a day to a day (inclusive; open without ``ends_on``)."""

    id: UUID
    elder_id: UUID
    provider_id: UUID
    worker_id: UUID | None
    contract_id: UUID | None
    starts_on: date
    ends_on: date | None = None


def runs_on(assignment: Assignment, day: date) -> bool:
    return Span(assignment.starts_on, assignment.ends_on).covers(day)


_OFFICES = (Role.DISTRICT_SUPERVISOR, Role.TOWNSHIP_INSTRUCTOR)


def may_send(actor: Actor, village: str, *, own_force: bool) -> bool:
    """Whether the actor may send a force to an elder of the village: a liaison sends her own village's alone."""
    return own_force or actor.area is not None or any(actor.has(role, village) for role in _OFFICES)
