"""The township asks whether what was done has helped (rule R48); every kind of case asks in the same way."""

from collections.abc import Iterator, Set
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from api.domain.access import Role
from api.domain.errors import Fault
from api.domain.follow_ups import Follower, FollowUpSubject, has_helped, self_followed_up
from api.domain.policy import Policy
from api.schemas.follow_ups import FollowUpIn, FollowUpOut
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
    provider_id: UUID | None = None,
    since: datetime | None = None,
) -> Any:
    """Keep what was heard about a case, and whether the actor asked about work of his own; the row.

    ``since``: when the work was done; nobody was asked before. ``provider_id``: who did it, for the rates. What
    follows for the case is the caller's. Raises Forbidden where somebody else is to ask, Refused for the time.
    """
    own = await _judges_own_work(registers, subject, case.village, did_the_work)
    policy = (await registers.places.book_for(case.village)).on(registers.today)
    at = form.at or registers.now
    refuse(_faults(at, since, registers.now, policy))
    values = {
        "subject": subject,
        "case_id": case.id,
        "kind": case.kind,
        "provider_id": provider_id,
        "elder_id": case.elder_id,
        "village": case.village,
        "result": form.result,
        "method": form.method,
        "at": at,
        "self_followed_up": own,
    }
    return await registers.follow_ups.add(values, form.text)


async def followed_up_since(registers: Registers, subject: FollowUpSubject, case_id: UUID, since: datetime) -> bool:
    """Whether the township has heard since then that it helped, and nothing else after that."""
    return has_helped(await registers.follow_ups.latest(subject, case_id, since))


async def _judges_own_work(
    registers: Registers, subject: FollowUpSubject, village: str, did_the_work: Set[UUID]
) -> bool:
    actor = registers.actor
    follower = Follower(
        actor.id,
        of_township=actor.has(Role.TOWNSHIP_INSTRUCTOR, village),
        of_district=actor.has(Role.DISTRICT_SUPERVISOR, village),
    )
    return self_followed_up(subject, follower, did_the_work, await registers.staff.instructors_of(village))


def _faults(at: datetime, since: datetime | None, now: datetime, policy: Policy) -> Iterator[Fault]:
    if at > now + timedelta(minutes=policy.future_tolerance_minutes):
        yield Fault("time_in_future", "/at", {"minutes": policy.future_tolerance_minutes})
    if since is not None and at < since:
        yield Fault("followed_up_too_early", "/at")


def follow_up_out(row: Any) -> FollowUpOut:
    return FollowUpOut.model_validate({name: getattr(row, name) for name in FollowUpOut.model_fields})
