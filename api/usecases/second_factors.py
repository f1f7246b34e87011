"""Setting up an authenticator, asking for its code at sign-in, doing without it once it is lost.

A code that is wrong counts for the account wherever it comes from: whoever gets so far knows the password.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from pyotp.exceptions import OTPVerificationError

from api.domain.access import Actor
from api.domain.errors import Fault, NotFound, Refused, WrongState
from api.domain.second_factors import DRIFT, RECOVERY_CODES, Factor, SecondFactorState
from api.store import Store, Trace
from api.store.accounts import Accounts
from api.store.tables import User
from api.usecases.passwords import first_password, matches

_DIGITS = re.compile(r"[0-9]{6}")
_ISSUER = "探访"
_ANYWHERE = "second factor"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator is given, this once; ``uri``: the same as a picture may carry it."""

    secret: str
    uri: str


async def enrol(store: Store, actor: Actor, trace: Trace, *, password: str) -> Enrolment:
    """A secret for one's authenticator; it counts once a code of it was shown.

    Raises ``wrong_state`` where one is in use, Refused with ``password_wrong`` (counted as a failed sign-in).
    """
    user_id = _own_id(actor)
    async with store.accounts(writes=False) as accounts:
        user = await accounts.users.get(user_id)
        await accounts.failures.check(user.username, trace.source)
        await _require_none(accounts, user_id)
    right = await matches(password, user.password_hash or None, account=user_id)  # a machine has none
    secret = pyotp.random_base32()
    async with store.accounts(actor if right else None, trace) as accounts:
        await accounts.failures.settle(user.username, trace.source, right=right)
        if right:
            await _require_none(accounts, user_id)
            await accounts.second_factors.put(user_id, secret)
            trace.saw([user_id], ["second_factor"])
    if not right:
        raise Refused([Fault("password_wrong", "/password")])
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=_ISSUER))


async def confirm(store: Store, actor: Actor, trace: Trace, *, otp: str) -> list[str]:
    """Put the authenticator to use; the recovery codes, shown this once. Every other session of the account ends."""
    return await _with_code(store, actor, trace, otp, SecondFactorState.WAITING, _confirmed)


async def renew_codes(store: Store, actor: Actor, trace: Trace, *, otp: str) -> list[str]:
    """Recovery codes in place of those there were."""
    return await _with_code(store, actor, trace, otp, SecondFactorState.CONFIRMED, _coded)


async def remove(store: Store, actor: Actor, trace: Trace, *, otp: str) -> None:
    """Do without; a recovery code will do where the device is lost."""
    await _with_code(store, actor, trace, otp, SecondFactorState.CONFIRMED, _removed)


async def reset_second_factor(accounts: Accounts, trace: Trace, user: User) -> None:
    """For somebody who has lost both; every session of the account ends."""
    _require(await accounts.second_factors.of(user.id), SecondFactorState.WAITING, SecondFactorState.CONFIRMED)
    await accounts.second_factors.forget(user.id)
    await accounts.users.save(user)
    await accounts.sessions.end_all_of(user.id, "second_factor_reset")
    trace.saw([user.id], ["second_factor"])


async def challenged(accounts: Accounts, user_id: UUID, otp: str | None) -> str | None:
    """What stands against a sign-in with the right password: nothing, or the code of a refusal.

    Raises ``sign_in_limited`` after too many wrong codes.
    """
    factor = await accounts.second_factors.of(user_id)
    if factor is None or factor.confirmed_at is None:
        return None
    if otp is None:
        return "second_factor_required"
    return None if await _accepted(accounts, user_id, factor, otp) else "second_factor_wrong"


Work = Callable[[Accounts, Actor, UUID], Awaitable[list[str]]]


async def _with_code(
    store: Store, actor: Actor, trace: Trace, otp: str, state: SecondFactorState, work: Work
) -> list[str]:
    """Do ``work`` for who shows a code; raises Refused with ``otp_wrong``, ``wrong_state``, ``sign_in_limited``.

    A code is used up with what it was shown for, or not at all; a wrong one counts although nothing else is kept.
    """
    user_id = _own_id(actor)
    try:
        async with store.accounts(actor, trace) as accounts:
            await accounts.users.locked(user_id)
            if not await _fits(accounts, user_id, _require(await accounts.second_factors.of(user_id), state), otp):
                raise Refused([Fault("otp_wrong", "/otp")])
            await _settle(accounts, user_id, right=True)
            trace.saw([user_id], ["second_factor"])
            return await work(accounts, actor, user_id)
    except Refused:
        async with store.accounts() as accounts:
            await _settle(accounts, user_id, right=False)
        raise


async def _confirmed(accounts: Accounts, actor: Actor, user_id: UUID) -> list[str]:
    await accounts.second_factors.confirm(user_id)
    await accounts.sessions.end_all_of(user_id, "second_factor_set_up", but=actor.session_id)
    return await _coded(accounts, actor, user_id)


async def _coded(accounts: Accounts, _: Actor, user_id: UUID) -> list[str]:
    codes = [first_password() for _ in range(RECOVERY_CODES)]
    await accounts.second_factors.put_codes(user_id, codes)
    return codes


async def _removed(accounts: Accounts, _: Actor, user_id: UUID) -> list[str]:
    await accounts.second_factors.forget(user_id)
    return []


async def _accepted(accounts: Accounts, user_id: UUID, factor: Factor, otp: str) -> bool:
    right = await _fits(accounts, user_id, factor, otp)
    await _settle(accounts, user_id, right=right)
    return right


async def _fits(accounts: Accounts, user_id: UUID, factor: Factor, otp: str) -> bool:
    """Whether a code is right, which uses it up."""
    code = otp.strip().lower()
    if _DIGITS.fullmatch(code):
        step = _step_of(factor, code, accounts.now)
        return step is not None and await accounts.second_factors.use_step(user_id, step)
    return await accounts.second_factors.use_code(user_id, code)


async def _settle(accounts: Accounts, user_id: UUID, *, right: bool) -> None:
    await accounts.failures.settle(str(user_id), _ANYWHERE, right=right)


def _step_of(factor: Factor, code: str, now: datetime) -> int | None:
    """Which half minute a code belongs to, if it is one of those that are accepted now."""
    try:
        return pyotp.TOTP(factor.secret).verify_and_get_timecode(code, for_time=now, valid_window=DRIFT)
    except OTPVerificationError:
        return None


async def _require_none(accounts: Accounts, user_id: UUID) -> None:
    """One that waits for its first code may be replaced."""
    factor = await accounts.second_factors.of(user_id)
    if factor is not None and factor.state is SecondFactorState.CONFIRMED:
        raise WrongState(factor.state, (SecondFactorState.NONE, SecondFactorState.WAITING))


def _require(factor: Factor | None, *states: SecondFactorState) -> Factor:
    state = factor.state if factor else SecondFactorState.NONE
    if state not in states or factor is None:
        raise WrongState(state, states)
    return factor


def _own_id(actor: Actor) -> UUID:
    if actor.id is None:
        raise NotFound()
    return actor.id
