"""One's own account: open to everybody who is signed in, also before the first password is changed."""

from typing import Annotated

from fastapi import APIRouter, Response

from api.deps import MyAccounts, MyService, MyTrace, may
from api.domain.access import Actor, Permission
from api.domain.accounts import SESSION_IDLES
from api.domain.errors import NotFound
from api.route import Route
from api.routers.documented import problems
from api.schemas.accounts import HeldGrantOut, MeOut, MySessionOut, PasswordIn
from api.usecases.sign_ins import change_password

router = APIRouter(prefix="/v1/me", route_class=Route, tags=["identity"])
Self = Annotated[Actor, may(Permission.OWN_ACCOUNT, scope="own")]


@router.get("", responses=problems(403))
async def show_me(actor: Self, accounts: MyAccounts) -> MeOut:
    """Who I am, what I may do where today, and until when I am signed in."""
    if actor.id is None or actor.session_id is None:
        raise NotFound()
    user = await accounts.users.get(actor.id)
    sign_in = await accounts.sessions.find(actor.session_id)
    if sign_in is None:
        raise NotFound()
    return MeOut(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        must_change_password=user.must_change_password,
        roles=list(actor.roles),
        areas=list(actor.areas),
        permissions=[permission for permission in Permission if actor.may(permission)],
        grants=[HeldGrantOut.model_validate(grant) for grant in actor.grants],
        session=MySessionOut(
            id=sign_in.session_id,
            expires_at=sign_in.expires_at,
            idle_seconds=int(SESSION_IDLES.total_seconds()),
        ),
    )


@router.post(
    "/password",
    status_code=204,
    responses=problems(403, 422, 429),
    openapi_extra={"x-audit": "write"},
)
async def change_my_password(form: PasswordIn, actor: Self, service: MyService, trace: MyTrace) -> Response:
    """Set a new password of my own; every other session of mine ends."""
    await change_password(service.store, actor, trace, old=form.old_password, new=form.new_password)
    return Response(status_code=204)
