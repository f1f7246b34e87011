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
    """The report waits for the lead, unless it is known by now who it was."""
    if escalation.state in LIVE and escalation.elder_id is None and escalation.lead_id is None:
        await registers.escalations.step(escalation, "link", Step(StepKind.LINKED), lead_id=lead.id)


async def known_now(registers: Registers, lead: Any, elder: Elder) -> None:
    """The stranger has a file: what was reported about the lead is about the elder, and lies in his village."""
    register = registers.escalations
    for found in await register.page(*register.matching(lead_id=lead.id), size=_MOST):
        escalation = await register.locked(found.id)
        if escalation.state in LIVE and escalation.elder_id is None:
            whose = {"elder_id": elder.id, "village": elder.village}
            await register.step(escalation, "link", Step(StepKind.LINKED), details=None, **whose)
