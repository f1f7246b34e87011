"""Authenticators of whoever asks, and of people in the villages."""

import pyotp

from api.usecases.passwords import hashed
from tests.accounts.signing import PASSWORD
from tests.matrix.things import an_account
from tests.matrix.world import Caller, Thing, World


async def none_yet(world: World, village: str, caller: Caller) -> Thing:
    """Whatever the caller had is forgotten, and so is a password that the caller took since."""
    if caller.user_id is not None:
        password_hash = await hashed(PASSWORD)
        async with world.accounts() as accounts:
            await accounts.second_factors.forget(caller.user_id)
            await accounts.users.keep_password(caller.user_id, password_hash, must_change=False)
    return Thing(village)


async def one_that_waits(world: World, village: str, caller: Caller) -> Thing:
    """The caller's, which shows ``otp``."""
    secret = pyotp.random_base32()
    if caller.user_id is not None:
        async with world.accounts() as accounts:
            await accounts.second_factors.put(caller.user_id, secret)
    return Thing(village, words={"otp": pyotp.TOTP(secret).at(world.service.clock())})


async def one_in_use(world: World, village: str, caller: Caller) -> Thing:
    waiting = await one_that_waits(world, village, caller)
    if caller.user_id is not None:
        async with world.accounts() as accounts:
            await accounts.second_factors.confirm(caller.user_id)
    return waiting


async def an_account_with_one(world: World, village: str, caller: Caller) -> Thing:
    """Of a liaison of the village."""
    account = await an_account(world, village, caller)
    async with world.accounts() as accounts:
        await accounts.second_factors.put(account.ids["user_id"], pyotp.random_base32())
    return account
