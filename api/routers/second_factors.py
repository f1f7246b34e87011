"""One's own second factor (双因素登录): set up, put to use, done without."""

from typing import Annotated

from fastapi import APIRouter, Response

from api.deps import MyAccounts, MyService, MyTrace, may
from api.domain.access import Actor, Permission
from api.domain.errors import NotFound
from api.domain.second_factors import SecondFactorState
from api.route import Route
from api.routers.documented import problems
from api.schemas.second_factors import EnrolFactorIn, EnrolmentOut, OtpIn, RecoveryCodesOut, SecondFactorOut
from api.usecases.second_factors import confirm, enrol, remove, renew_codes

router = APIRouter(prefix="/v1/me/second-factor", route_class=Route, tags=["identity"])
Self = Annotated[Actor, may(Permission.OWN_ACCOUNT, scope="own")]
_WRITES = {"x-audit": "write"}
_REFUSED = problems(403, 409, 422, 429)


@router.get("", responses=problems(403))
async def show_second_factor(actor: Self, accounts: MyAccounts, service: MyService) -> SecondFactorOut:
    """Whether I sign in with an authenticator, and whether I have to."""
    if actor.id is None:
        raise NotFound()
    factor = await accounts.second_factors.of(actor.id)
    return SecondFactorOut(
        state=factor.state if factor else SecondFactorState.NONE,
        confirmed_at=factor.confirmed_at if factor else None,
        recovery_codes_left=await accounts.second_factors.codes_left(actor.id),
        required=actor.needs_second_factor(service.settings.second_factor_demanded),
    )


@router.post("", status_code=201, responses=_REFUSED, openapi_extra=_WRITES)
async def enrol_second_factor(
    form: EnrolFactorIn, actor: Self, service: MyService, trace: MyTrace, response: Response
) -> EnrolmentOut:
    """A secret for my authenticator; it is asked for once I have shown a code of it."""
    enrolment = await enrol(service.store, actor, trace, password=form.password)
    response.headers["Cache-Control"] = "no-store"
    return EnrolmentOut(secret=enrolment.secret, provisioning_uri=enrolment.uri)


@router.post("/confirm", responses=_REFUSED, openapi_extra=_WRITES)
async def confirm_second_factor(
    form: OtpIn, actor: Self, service: MyService, trace: MyTrace, response: Response
) -> RecoveryCodesOut:
    """Put it to use with its first code; keep the recovery codes. My other sessions end."""
    codes = await confirm(service.store, actor, trace, otp=form.otp)
    if actor.session_id is not None:
        service.tokens.sign_ins.forget(actor.session_id)
    response.headers["Cache-Control"] = "no-store"
    return RecoveryCodesOut(recovery_codes=codes)


@router.post("/recovery-codes", responses=_REFUSED, openapi_extra=_WRITES)
async def renew_recovery_codes(
    form: OtpIn, actor: Self, service: MyService, trace: MyTrace, response: Response
) -> RecoveryCodesOut:
    """Ten new recovery codes; the old ones open nothing any more."""
    codes = await renew_codes(service.store, actor, trace, otp=form.otp)
    response.headers["Cache-Control"] = "no-store"
    return RecoveryCodesOut(recovery_codes=codes)


@router.post("/remove", status_code=204, responses=_REFUSED, openapi_extra=_WRITES)
async def remove_second_factor(form: OtpIn, actor: Self, service: MyService, trace: MyTrace) -> Response:
    """Sign in with the password alone again, or set up another device."""
    await remove(service.store, actor, trace, otp=form.otp)
    return Response(status_code=204)
