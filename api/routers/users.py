"""The people a manager looks after: their accounts and grants. Out of reach is as unknown."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from api.deps import IfMatch, MyAccounts, MyTrace, check_version, etag_of, may
from api.domain.access import Actor, Permission
from api.domain.accounts import Reach
from api.route import Route
from api.routers.documented import problems, sends
from api.schemas.accounts import (
    FirstPasswordOut,
    GrantIn,
    GrantOut,
    NewUserOut,
    UserIn,
    UserOut,
    UserPatch,
)
from api.schemas.paging import PAGE_SIZE, Page, PageSize, PageToken
from api.store.accounts import Accounts
from api.store.paging import decode_token, encode_token
from api.store.tables import User
from api.usecases.accounts import (
    disable_user,
    enable_user,
    give_grant,
    managed,
    new_grant,
    open_account,
    rename,
    reset_password,
    revoke_grant,
)
from api.usecases.second_factors import reset_second_factor

router = APIRouter(prefix="/v1/users", route_class=Route, tags=["identity"])
_COMMAND = problems(403, 404, 409, 412, 422)
Manager = Annotated[Actor, may(Permission.USERS_MANAGE)]


async def _managed(user_id: UUID, actor: Manager, accounts: MyAccounts, if_match: IfMatch) -> User:
    user = await managed(accounts, actor, user_id)
    check_version(if_match, user.version)
    return user


Managed = Annotated[User, Depends(_managed)]


@router.get("", responses=problems(400, 403, 422))
async def list_users(
    actor: Manager,
    accounts: MyAccounts,
    request: Request,
    response: Response,
    page_size: Annotated[PageSize, Query()] = PAGE_SIZE,
    page_token: Annotated[PageToken | None, Query()] = None,
) -> Page[UserOut]:
    """The accounts I manage, in order of username."""
    after = None
    if page_token is not None:
        [after] = decode_token(accounts.sealer, "list_users", {}, actor.id, page_token)
    users = await accounts.users.page(Reach.of(actor.grants), after=after, size=page_size + 1)
    shown, more = users[:page_size], len(users) > page_size
    grants = await accounts.users.grants_of([user.id for user in shown])
    token = encode_token(accounts.sealer, "list_users", {}, actor.id, [shown[-1].username]) if more else None
    if token is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(page_token=token)}>; rel="next"'
    return Page(data=[_out(user, grants[user.id]) for user in shown], next_page_token=token, has_more=more)


@router.post("", status_code=201, responses=sends("Location", status=201) | problems(403, 409, 422))
async def create_user(
    form: UserIn, actor: Manager, accounts: MyAccounts, trace: MyTrace, response: Response
) -> NewUserOut:
    """Open an account; its first password is in this answer and nowhere else."""
    opened = await open_account(
        accounts,
        username=form.username,
        display_name=form.display_name,
        grants=[new_grant(grant, accounts.today) for grant in form.grants],
        by=actor.id,
        reach=Reach.of(actor.grants),
    )
    trace.saw([opened.user.id], ["username", "display_name", "grants"])
    response.headers["Location"] = f"/v1/users/{opened.user.id}"
    response.headers["Cache-Control"] = "no-store"
    shown = await _shown(accounts, opened.user, response)
    return NewUserOut(**dict(shown), first_password=opened.password)


@router.get("/{user_id}", responses=problems(403, 404, 422))
async def show_user(user_id: UUID, actor: Manager, accounts: MyAccounts, response: Response) -> UserOut:
    """An account with every grant it ever held."""
    return await _shown(accounts, await accounts.users.reached(Reach.of(actor.grants), user_id), response)


@router.patch("/{user_id}", responses=problems(403, 404, 409, 412, 422, 428))
async def change_user(
    user: Managed, form: UserPatch, actor: Manager, accounts: MyAccounts, trace: MyTrace, response: Response
) -> UserOut:
    """Correct the name shown for an account (needs If-Match)."""
    await rename(accounts, trace, user, form.display_name)
    return await _shown(accounts, user, response)


@router.post("/{user_id}/grants", status_code=201, responses=_COMMAND)
async def give_user_grant(
    user: Managed, form: GrantIn, actor: Manager, accounts: MyAccounts, trace: MyTrace, response: Response
) -> UserOut:
    """Give a role in an area, or make somebody a deputy until a day."""
    await give_grant(accounts, trace, actor, user, new_grant(form, accounts.today))
    return await _shown(accounts, user, response)


@router.post("/{user_id}/grants/{grant_id}/revoke", responses=_COMMAND)
async def revoke_user_grant(
    user: Managed, grant_id: UUID, actor: Manager, accounts: MyAccounts, trace: MyTrace, response: Response
) -> UserOut:
    """Take a grant back; within a second it holds nowhere any more."""
    await revoke_grant(accounts, trace, user, grant_id)
    return await _shown(accounts, user, response)


@router.post("/{user_id}/disable", responses=_COMMAND)
async def disable(user: Managed, actor: Manager, accounts: MyAccounts, trace: MyTrace, response: Response) -> UserOut:
    """Close an account (离岗、离职); its sessions end."""
    await disable_user(accounts, trace, user)
    return await _shown(accounts, user, response)


@router.post("/{user_id}/enable", responses=_COMMAND)
async def enable(user: Managed, actor: Manager, accounts: MyAccounts, trace: MyTrace, response: Response) -> UserOut:
    """Open a disabled account again, with the grants it still holds."""
    await enable_user(accounts, trace, user)
    return await _shown(accounts, user, response)


@router.post("/{user_id}/reset-password", responses=_COMMAND)
async def reset_user_password(
    user: Managed, actor: Manager, accounts: MyAccounts, trace: MyTrace, response: Response
) -> FirstPasswordOut:
    """A new first password, shown once; every session of the account ends."""
    response.headers["Cache-Control"] = "no-store"
    return FirstPasswordOut(first_password=await reset_password(accounts, trace, user))


@router.post("/{user_id}/reset-second-factor", responses=_COMMAND)
async def reset_user_second_factor(
    user: Managed, actor: Manager, accounts: MyAccounts, trace: MyTrace, response: Response
) -> UserOut:
    """For somebody who lost both the authenticator and the recovery codes; every session of the account ends."""
    await reset_second_factor(accounts, trace, user)
    return await _shown(accounts, user, response)


async def _shown(accounts: Accounts, user: User, response: Response) -> UserOut:
    response.headers["ETag"] = etag_of(user.version)
    return _out(user, (await accounts.users.grants_of([user.id]))[user.id])


def _out(user: User, grants: Any) -> UserOut:
    return UserOut(
        **user.model_dump(include=set(UserOut.model_fields)),
        etag=etag_of(user.version),
        grants=[GrantOut.model_validate(grant) for grant in grants],
    )
