"""The report about a stranger, and the lead that finds out who it was (R46: everything else may follow later)."""

from typing import Any
from uuid import UUID

from api.domain.errors import Fault, NotFound
from api.domain.escalations import LIVE, StepKind
from api.store import Registers
from api.store.escalations import Step
from api.store.tables import Elder
from api.usecases.standing import refuse

_MOST = 20  # reports about one stranger


async def reported_about(registers: Registers, escalation_id: UUID) -> Any:
    """The report that a lead is opened from, held until the transaction ends. Raises Refused if out of sight."""
    try:
        return await registers.escalations.locked(escalation_id)
    except NotFound:
        refuse([Fault("lead_escalation_unknown", "/escalation_id")])


async def tie(registers: Registers, escalation: Any, lead: Any) -> None:
    """The report waits for the lead, or for the one that it repeats, unless it is known by now who it was."""
    if lead.duplicate_of_elder is not None:
        await _link(registers, escalation, await registers.elders.get(lead.duplicate_of_elder))
    elif _is_open(escalation) and escalation.lead_id is None:
        waits_for = {"lead_id": lead.duplicate_of_lead or lead.id}
        await registers.escalations.step(escalation, "link", Step(StepKind.LINKED), details=None, **waits_for)


async def known_now(registers: Registers, lead: Any, elder: Elder) -> None:
    """The stranger has a file: what was reported about the lead is about the elder, and lies in his village."""
    for escalation in await _waiting_for(registers, lead):
        await _link(registers, escalation, elder)


async def passed_on(registers: Registers, lead: Any, other: Any) -> None:
    """The lead repeats another one: what was reported about it waits for that."""
    for escalation in await _waiting_for(registers, lead):
        await registers.escalations.step(escalation, "link", Step(StepKind.LINKED), lead_id=other.id)


async def _waiting_for(registers: Registers, lead: Any) -> list[Any]:
    register = registers.escalations
    found = await register.listing(*register.matching(lead_id=lead.id))(size=_MOST)
    locked = [await register.locked(each.id) for each in found]
    return [each for each in locked if _is_open(each)]


async def _link(registers: Registers, escalation: Any, elder: Elder) -> None:
    if _is_open(escalation):
        whose = {"elder_id": elder.id, "village": elder.village}
        await registers.escalations.step(escalation, "link", Step(StepKind.LINKED), details=None, **whose)


def _is_open(escalation: Any) -> bool:
    return escalation.state in LIVE and escalation.elder_id is None
