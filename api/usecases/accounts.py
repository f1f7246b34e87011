"""Opening accounts, giving and revoking grants, disabling, resetting passwords.

Nobody gives a role or area beyond what he manages, nor does any of this to himself; an account out of
reach is as if it were not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.domain.access import Actor, AreaCode
from api.domain.accounts import EVERYTHING, USERNAME, NewGrant, Reach, grant_faults, mixed
from api.domain.errors import Conflict, Fault, Forbidden, NotFound, Refused, WrongState
from api.domain.identity import uuid7
from api.schemas.accounts import GrantIn
from api.store import Trace
from api.store.accounts import Accounts
from api.store.tables import User
from api.usecases.passwords import first_password, hashed


@dataclass(frozen=True, slots=True)
class Opened:
    """A new account and its password, which is shown once."""

    user: User
    password: str


async def open_account(
    accounts: Accounts,
    *,
    username: str,
    display_name: str,
    grants: Sequence[NewGrant],
    by: UUID | None = None,
    reach: Reach = EVERYTHING,
    password: str | None = None,
) -> Opened:
    """Open an account with its first grants, all within ``reach``.

    Without ``password`` a first password is made, which has to be changed. Raises Refused with what is
    wrong with the username or a grant, ``grant_beyond_own``, ``username_taken``.
    """
    if not USERNAME.fullmatch(username):
        raise Refused([Fault("username_format", "/username")])
    await _check(accounts, reach, {f"/grants/{number}": grant for number, grant in enumerate(grants)})
    chosen = password or first_password()
    user = User(
        id=uuid7(accounts.now),
        username=username,
        display_name=display_name,
        password_hash=await hashed(chosen),
        must_change_password=password is None,
        area=await _home_of(accounts, grants[-1]),
        created_at=accounts.now,
        created_by=by,
    )
    await accounts.users.add(user)
    for grant in grants:
        await accounts.users.give(user.id, grant, by)
    return Opened(user, chosen)


async def managed(accounts: Accounts, actor: Actor, user_id: UUID) -> User:
    """The account to be changed, locked; NotFound out of reach, ``cannot_manage_self`` for one's own."""
    await accounts.users.locked(user_id)
    user = await accounts.users.reached(Reach.of(actor.grants), user_id)
    if user.id == actor.id:
        raise Conflict("cannot_manage_self")
    return user


async def rename(accounts: Accounts, trace: Trace, user: User, display_name: str) -> None:
    user.display_name = display_name
    await accounts.users.save(user)
    trace.saw([user.id], ["display_name"])


async def give_grant(accounts: Accounts, trace: Trace, actor: Actor, user: User, grant: NewGrant) -> None:
    """Give a role in an area, or a deputyship; it holds within a second, also for who is signed in."""
    await _check(accounts, Reach.of(actor.grants), {"": grant}, user.id)
    given = await accounts.users.give(user.id, grant, actor.id)
    user.area = await _home_of(accounts, grant)
    await accounts.users.save(user)
    trace.saw([user.id, given], ["grants"])


async def revoke_grant(accounts: Accounts, trace: Trace, user: User, grant_id: UUID) -> None:
    grants = (await accounts.users.grants_of([user.id]))[user.id]
    grant = next((grant for grant in grants if grant.id == grant_id), None)
    if grant is None:
        raise NotFound()
    if grant.revoked_at is not None:
        raise WrongState("revoked", ["given"])
    grant.revoked_at = accounts.now
    await accounts.users.save(user)
    trace.saw([user.id, grant_id], ["grants"])


async def disable_user(accounts: Accounts, trace: Trace, user: User) -> None:
    """Nobody signs in with the account any more; its sessions end."""
    if user.disabled_at is not None:
        raise WrongState("disabled", ["enabled"])
    user.disabled_at = accounts.now
    await accounts.users.save(user)
    await accounts.sessions.end_all_of(user.id, "disabled")
    trace.saw([user.id], ["disabled_at"])


async def enable_user(accounts: Accounts, trace: Trace, user: User) -> None:
    if user.disabled_at is None:
        raise WrongState("enabled", ["disabled"])
    user.disabled_at = None
    await accounts.users.save(user)
    trace.saw([user.id], ["disabled_at"])


async def reset_password(accounts: Accounts, trace: Trace, user: User) -> str:
    """A new first password, shown once; every session of the account ends."""
    password = first_password()
    await accounts.users.keep_password(user.id, await hashed(password), must_change=True)
    await accounts.sessions.end_all_of(user.id, "password_reset")
    trace.saw([user.id], ["password"])
    return password


def new_grant(form: GrantIn, today: date) -> NewGrant:
    """A grant as asked for, from today unless said otherwise."""
    area = None if form.area is None else AreaCode(form.area)
    starts_on = form.starts_on or today
    return NewGrant(starts_on, form.ends_on, form.role, area, form.deputy_for, form.provider_id, form.worker_id)


async def _check(accounts: Accounts, reach: Reach, grants: dict[str, NewGrant], holder: UUID | None = None) -> None:
    """Raises Refused with every fault of the grants (by pointer), then ``grant_beyond_own``."""
    faults: list[Fault] = []
    for pointer, grant in grants.items():
        faults += grant_faults(grant, pointer) or await _unknowns(accounts, reach, grant, pointer, holder)
    faults = faults or await _mixtures(accounts, grants, holder)
    if faults:
        raise Refused(faults)
    for grant in grants.values():
        if grant.role is not None and grant.area is not None and not reach.covers(grant.role, grant.area):
            raise Forbidden("grant_beyond_own")


async def _unknowns(
    accounts: Accounts, reach: Reach, grant: NewGrant, pointer: str, holder: UUID | None
) -> list[Fault]:
    if grant.area is not None and not await accounts.users.knows_area(grant.area):
        return [Fault("grant_area_unknown", f"{pointer}/area")]
    if grant.provider_id is not None and await accounts.users.provider_in(reach, grant.provider_id) is None:
        return [Fault("grant_provider_unknown", f"{pointer}/provider_id")]
    if grant.worker_id is not None and not await accounts.users.works_for(grant.worker_id, grant.provider_id):
        return [Fault("grant_worker_unknown", f"{pointer}/worker_id")]
    if grant.deputy_for is None:
        return []
    if grant.deputy_for == holder:
        return [Fault("deputy_for_self", f"{pointer}/deputy_for")]
    try:
        await accounts.users.reached(reach, grant.deputy_for)
    except NotFound:
        return [Fault("deputy_unknown", f"{pointer}/deputy_for")]
    return []


async def _mixtures(accounts: Accounts, grants: dict[str, NewGrant], holder: UUID | None) -> list[Fault]:
    """Nobody works for an office and a provider, or for two providers, by one account; nor by way of a deputy."""
    held = await accounts.users.held_by(holder) if holder else ()
    for pointer, grant in grants.items():
        lent = await accounts.users.held_by(grant.deputy_for) if grant.deputy_for else ()
        if mixed([*held, *grants.values(), *lent]):
            return [Fault("grant_mixes_forces", pointer)]
    return []


async def _home_of(accounts: Accounts, grant: NewGrant) -> str:
    """Where an account belongs by its latest grant: the area itself, or that of the person stood in for."""
    if grant.deputy_for is not None:
        return (await accounts.users.get(grant.deputy_for)).area
    return str(grant.area)
