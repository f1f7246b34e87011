"""The duty side of an elder: what makes, suspends and ends duty. Each command answers how the elder stands."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.deps import IfMatch, MyReading, MyRegisters, check_version, may
from api.domain.access import Actor, Permission
from api.route import Route
from api.routers.documented import problems
from api.schemas.duty import (
    ConfirmIn,
    ConsentIn,
    ConsentsOut,
    DeclineIn,
    ElderStateOut,
    EndSuspensionIn,
    ExitIn,
    IncludeIn,
    OverrideIn,
    RaiseTierIn,
    ReEnterIn,
    ReinstateIn,
    RenewSuspensionIn,
    SuspendIn,
    SuspensionsOut,
    TransferIn,
)
from api.schemas.elder_views import ProposedOut
from api.schemas.reviews import ReviewedOut, ReviewIn, ReviewsOut
from api.store import Registers
from api.store.tables import Elder
from api.usecases import confirming, consents, exits, suspensions, tiers
from api.usecases.elder_states import consent_out, state_of, suspension_out
from api.usecases.overrides import set_frequency
from api.usecases.proposing import Proposed
from api.usecases.review_views import review_out, reviews_out
from api.usecases.reviews import review
from api.usecases.transfers import transfer

router = APIRouter(prefix="/v1/elders/{elder_id}", route_class=Route, tags=["duty"])

Reader = Annotated[Actor, may(Permission.REGISTERS_READ)]
Drafter = Annotated[Actor, may(Permission.ELDER_DRAFT)]
Confirmer = Annotated[Actor, may(Permission.ELDER_CONFIRM)]

_COMMAND = problems(403, 404, 409, 412, 422)


async def _held(elder_id: UUID, registers: MyRegisters, if_match: IfMatch) -> Elder:
    elder = await registers.elders.locked(elder_id)
    check_version(if_match, elder.version)
    return elder


HeldElder = Annotated[Elder, Depends(_held)]


async def _suspension(elder: HeldElder, suspension_id: UUID, registers: MyRegisters) -> Any:
    return await registers.stints.suspension(elder.id, suspension_id)


async def _consent(elder: HeldElder, consent_id: UUID, registers: MyRegisters) -> Any:
    return await registers.consents.get(elder.id, consent_id)


HeldSuspension = Annotated[Any, Depends(_suspension)]
HeldConsent = Annotated[Any, Depends(_consent)]


async def _standing(registers: Registers, elder: Elder, response: Response) -> ElderStateOut:
    state = await state_of(registers, elder.id)
    response.headers["ETag"] = state.etag
    return state


# --- on the roll, and off it --------------------------------------------------------------------------


@router.post("/confirm", responses=_COMMAND)
async def confirm_elder(
    _: Confirmer,
    elder: HeldElder,
    registers: MyRegisters,
    response: Response,
    form: ConfirmIn,
) -> ElderStateOut:
    """Take the elder on the roll (确定服务对象): visits are owed from here on."""
    return await _standing(registers, await confirming.confirm(registers, elder, form), response)


@router.post("/decline", responses=_COMMAND)
async def decline_elder(
    _: Confirmer, elder: HeldElder, form: DeclineIn, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """The elder does not want to be visited (拒绝): stays on the roll, is owed nothing."""
    return await _standing(registers, await consents.decline(registers, elder, form), response)


@router.get("/consents", responses=problems(403, 404))
async def list_consents(elder_id: UUID, _: Reader, registers: MyReading) -> ConsentsOut:
    """Everything that was said about the visits, by whom and when."""
    elder = await registers.elders.get(elder_id)
    return ConsentsOut(data=[consent_out(row) for row in await registers.consents.of(elder.id)])


@router.post("/consents", responses=_COMMAND)
async def record_consent(
    _: Drafter, elder: HeldElder, form: ConsentIn, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """Keep what somebody said about the visits. Only the elder's own word, or a legal guardian's, counts."""
    return await _standing(registers, await consents.record_consent(registers, elder, form), response)


@router.post("/consents/{consent_id}/approve", responses=_COMMAND)
async def approve_consent(
    _: Confirmer, elder: HeldElder, consent: HeldConsent, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """The township stands behind a legal guardian's word: from now on it counts."""
    return await _standing(registers, await consents.approve_consent(registers, elder, consent), response)


@router.post("/exit", responses=_COMMAND)
async def exit_elder(
    _: Confirmer, elder: HeldElder, form: ExitIn, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """The elder has died, moved away, entered an institution or no longer qualifies (退出)."""
    return await _standing(registers, await exits.leave(registers, elder, form), response)


@router.post("/reinstate", responses=_COMMAND)
async def reinstate_elder(
    _: Confirmer, elder: HeldElder, form: ReinstateIn, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """The exit was an error: as if the elder had never left (误退恢复)."""
    return await _standing(registers, await exits.reinstate(registers, elder, form), response)


@router.post("/re-enter", responses=_COMMAND)
async def re_enter_elder(
    _: Confirmer, elder: HeldElder, form: ReEnterIn, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """Back after an exit: duty starts anew (重新纳入)."""
    return await _standing(registers, await exits.re_enter(registers, elder, form), response)


# --- away for a while ---------------------------------------------------------------------------------


@router.get("/suspensions", responses=problems(403, 404))
async def list_suspensions(elder_id: UUID, _: Reader, registers: MyReading) -> SuspensionsOut:
    """Every suspension, past and rejected ones too."""
    elder = await registers.elders.get(elder_id)
    return SuspensionsOut(data=[suspension_out(row) for row in await registers.stints.suspensions(elder.id)])


@router.post("/suspensions", responses=_COMMAND)
async def suspend_elder(
    _: Drafter, elder: HeldElder, form: SuspendIn, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """Away for at most 60 days (暂停). The village's word holds provisionally, the township's for good."""
    return await _standing(registers, await suspensions.suspend(registers, elder, form), response)


@router.post("/suspensions/{suspension_id}/confirm", responses=_COMMAND)
async def confirm_suspension(
    _: Confirmer, elder: HeldElder, suspension: HeldSuspension, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """The township stands behind the village's word."""
    elder = await suspensions.confirm_suspension(registers, elder, suspension)
    return await _standing(registers, elder, response)


@router.post("/suspensions/{suspension_id}/reject", responses=_COMMAND)
async def reject_suspension(
    _: Confirmer, elder: HeldElder, suspension: HeldSuspension, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """The township does not: the elder was on duty all along."""
    elder = await suspensions.reject_suspension(registers, elder, suspension)
    return await _standing(registers, elder, response)


@router.post("/suspensions/{suspension_id}/end", responses=_COMMAND)
async def end_suspension(
    _: Drafter,
    elder: HeldElder,
    suspension: HeldSuspension,
    form: EndSuspensionIn,
    registers: MyRegisters,
    response: Response,
) -> ElderStateOut:
    """Back sooner than foreseen: a first visit is due within a week of the return."""
    elder = await suspensions.end_suspension(registers, elder, suspension, form)
    return await _standing(registers, elder, response)


@router.post("/suspensions/{suspension_id}/renew", responses=_COMMAND)
async def renew_suspension(
    _: Drafter,
    elder: HeldElder,
    suspension: HeldSuspension,
    form: RenewSuspensionIn,
    registers: MyRegisters,
    response: Response,
) -> ElderStateOut:
    """Somebody reached the elder, who stays away: a further suspension follows this one."""
    elder = await suspensions.renew(registers, elder, suspension, form)
    return await _standing(registers, elder, response)


# --- how often, and where -----------------------------------------------------------------------------


@router.post("/raise-tier", responses=_COMMAND)
async def raise_tier(
    _: Confirmer, elder: HeldElder, form: RaiseTierIn, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """Above the tier that the facts come to, with a reason; or back down to it."""
    return await _standing(registers, await tiers.raise_tier(registers, elder, form), response)


@router.post("/include", responses=_COMMAND)
async def include_elder(
    _: Confirmer, elder: HeldElder, form: IncludeIn, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """Take in as a general elder whom no category fits by the text (手工纳入)."""
    return await _standing(registers, await tiers.include(registers, elder, form), response)


@router.post("/frequency", responses=_COMMAND)
async def set_elder_frequency(
    _: Confirmer, elder: HeldElder, form: OverrideIn, registers: MyRegisters, response: Response
) -> ElderStateOut:
    """More visits than the tier asks for: extra tasks, never obligations."""
    return await _standing(registers, await set_frequency(registers, elder, form), response)


@router.post("/transfer", responses={202: {"model": ProposedOut}, **_COMMAND})
async def transfer_elder(
    _: Confirmer, elder: HeldElder, form: TransferIn, registers: MyRegisters, response: Response
) -> ElderStateOut | ProposedOut:
    """To another village of the district: no exit, the duty lives on. To another township, which is to accept: 202."""
    moved = await transfer(registers, elder, form)
    if isinstance(moved, Proposed):
        response.status_code = 202
        return ProposedOut.model_validate(moved)
    return await _standing(registers, moved, response)


@router.post("/reviews", responses=_COMMAND)
async def review_elder(
    _: Drafter,
    elder: HeldElder,
    registers: MyRegisters,
    response: Response,
    form: ReviewIn,
) -> ReviewedOut:
    """A half-yearly look through the file (动态更新), with what was found to have changed.

    The township's own is done at once and the next is due in six months; the village's waits to be signed.
    Whoever was not reached stays due.
    """
    review_id = await review(registers, elder, form)
    state = await _standing(registers, elder, response)
    return ReviewedOut(**dict(state), review=await review_out(registers, review_id))


@router.get("/reviews", responses=problems(403, 404))
async def list_reviews_of_elder(elder_id: UUID, _: Reader, registers: MyReading) -> ReviewsOut:
    """Every round of the elder's reviews, with what each found."""
    elder = await registers.elders.get(elder_id)
    return ReviewsOut(data=await reviews_out(registers, await registers.reviews.of_elders([elder.id])))
