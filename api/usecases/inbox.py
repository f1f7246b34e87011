"""What waits at one's desk (待办), and what is late, where and at whose desk (R48–R52)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

from api.domain.closings import ClosingState
from api.domain.divisions import CODE_LENGTH, Level
from api.domain.waiting import WaitingKind, WorkDesk, desks_of
from api.schemas.inbox import InboxKindOut, InboxOut, LateListOut, LateOut, WaitingOut
from api.store import Registers
from api.store.waiting import Heap, Waits
from api.usecases.closings import tracked_months

_FIRST_PAGE = 10

ACTED_ON: Mapping[WaitingKind, str] = {
    WaitingKind.VISIT_MISSED: "/v1/worklist",
    WaitingKind.ESCALATION: "/v1/escalations",
    WaitingKind.INCIDENT_REVIEW: "/v1/incident-reviews",
    WaitingKind.WHEREABOUTS_CHECK: "/v1/whereabouts-checks",
    WaitingKind.FOLLOW_UP_OF_RISK: "/v1/escalations",
    WaitingKind.FOLLOW_UP_OF_REFERRAL: "/v1/referrals",
    WaitingKind.FOLLOW_UP_OF_NEED: "/v1/needs",
    WaitingKind.OWN_FOLLOW_UP: "/v1/follow-ups",
    WaitingKind.HAZARD: "/v1/hazards",
    WaitingKind.NEED: "/v1/needs",
    WaitingKind.REFERRAL: "/v1/referrals",
    WaitingKind.SUSPENSION_IN_QUESTION: "/v1/exceptions",
    WaitingKind.EXIT_IN_QUESTION: "/v1/exceptions",
    WaitingKind.SUSPENSION: "/v1/suspensions/confirm",
    WaitingKind.CHANGE_PROPOSAL: "/v1/change-proposals/accept",
    WaitingKind.IDENTITY_CONFLICT: "/v1/identity-conflicts",
    WaitingKind.ELDER_TO_CONFIRM: "/v1/elders",
    WaitingKind.REVIEW_TO_SIGN: "/v1/reviews",
    WaitingKind.REVIEW_DUE: "/v1/reviews/confirm-unchanged",
    WaitingKind.LEAD: "/v1/leads",
    WaitingKind.HELD_VISIT: "/v1/held-visits",
    WaitingKind.VISIT_TO_ACCEPT: "/v1/visits",
    WaitingKind.INSPECTION: "/v1/inspections",
    WaitingKind.COMPLAINT: "/v1/complaints",
    WaitingKind.RECTIFICATION: "/v1/rectifications",
    WaitingKind.RECTIFICATION_TO_JUDGE: "/v1/rectifications",
    WaitingKind.CONTRACT_ENDING: "/v1/providers",
    WaitingKind.TASK: "/v1/tasks",
}


async def inbox_of(registers: Registers, area: str | None) -> InboxOut:
    """Everything that waits for the actor, in the order of urgency of its kinds; the first of each.

    Raises NotFound for an area out of reach.
    """
    desks = tuple(desks_of(registers.actor))
    areas = registers.actor.narrowed(area)
    heaps = await registers.waiting.heaps(areas, length=CODE_LENGTH[Level.DISTRICT], desks=desks)
    kinds = [await _kind(registers, kind, of_kind, area, desks) for kind, of_kind in _by_kind(heaps).items()]
    return InboxOut(
        count=sum(kind.count for kind in kinds),
        late=sum(kind.late for kind in kinds),
        kinds=kinds,
        months_to_close=await _months_to_close(registers, desks),
    )


async def _months_to_close(registers: Registers, desks: Sequence[WorkDesk]) -> list[str]:
    """The ended months whose day of closing has come, for who closes them (A14)."""
    if not any(desk.level is Level.DISTRICT for desk in desks):
        return []
    months = await tracked_months(registers)
    return sorted(str(each.month) for each in months if each.state is ClosingState.PROPOSED)


async def _kind(
    registers: Registers, kind: WaitingKind, heaps: Sequence[Heap], area: str | None, desks: Sequence[WorkDesk]
) -> InboxKindOut:
    areas = registers.actor.narrowed(area)
    first = await registers.waiting.page(kind, areas, desks=desks, size=_FIRST_PAGE)
    registers.trace.saw(each.elder_id for each in first if each.elder_id is not None)
    return InboxKindOut(
        kind=kind,
        desk=heaps[0].desk,
        count=sum(heap.count for heap in heaps),
        late=sum(heap.late for heap in heaps),
        oldest_due_on=min(heap.oldest_due_on for heap in heaps),
        act=ACTED_ON[kind],
        items=[waiting_out(each) for each in first],
    )


def _by_kind(heaps: Sequence[Heap]) -> Mapping[WaitingKind, list[Heap]]:
    found: defaultdict[WaitingKind, list[Heap]] = defaultdict(list)
    for heap in heaps:
        found[heap.kind].append(heap)
    return found


async def late_in(registers: Registers, area: str | None, by: Literal["village", "township"]) -> LateListOut:
    """What is late, in which area and at whose desk; ordered by area, never by how much.

    Raises NotFound for an area out of reach.
    """
    areas = registers.actor.narrowed(area)
    heaps = await registers.waiting.heaps(areas, length=CODE_LENGTH[Level(by)], late_only=True)
    names = await registers.places.gazetteer()
    order = list(WaitingKind)
    data = [
        LateOut(
            area=heap.area,
            name=division.name if (division := names.by_code(heap.area)) else heap.area,
            kind=heap.kind,
            desk=heap.desk,
            late=heap.late,
            oldest_due_on=heap.oldest_due_on,
        )
        for heap in sorted(heaps, key=lambda heap: (heap.area, order.index(heap.kind), heap.desk))
    ]
    return LateListOut(total=sum(each.late for each in data), data=data)


def waiting_out(each: Waits) -> WaitingOut:
    return WaitingOut.model_validate({name: getattr(each, name) for name in WaitingOut.model_fields})
