"""A second factor: set up by its owner, asked for at sign-in, accepted once, demanded of some roles."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pyotp
import pytest

from api.domain.access import Role
from api.main import enveloped
from api.settings import Settings
from tests.accounts.conftest import SignUp
from tests.accounts.signing import PASSWORD, bearing, me, sign_in, within_a_second
from tests.accounts.test_traces import outcomes
from tests.builders import DISTRICT, a_supervisor, an_admin, an_auditor
from tests.conftest import ClientOf, Clock, Urls
from tests.duty.office import code

PATH = "/v1/me/second-factor"
RFC_6238 = {59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 20000000000: "65353130"}


class Device:
    """Somebody's authenticator, whose clock is that of the test."""

    def __init__(self, clock: Clock, secret: str) -> None:
        self._clock = clock
        self._totp = pyotp.TOTP(secret)

    def shows(self, *, ahead: timedelta = timedelta()) -> str:
        return self._totp.at(self._clock.now + ahead)


class Owner:
    """A liaison at one address, signed in and on the way to a second factor."""

    def __init__(self, client: httpx.AsyncClient, clock: Clock, tokens: dict[str, Any]) -> None:
        self._client = client
        self._clock = clock
        self.tokens = tokens

    async def does(self, step: str, **body: str) -> httpx.Response:
        return await self._client.post(f"{PATH}{step}", json=body, headers=bearing(self.tokens))

    async def shows(self) -> dict[str, Any]:
        return dict((await self._client.get(PATH, headers=bearing(self.tokens))).json())

    async def enrolled(self) -> Device:
        answer = await self.does("", password=PASSWORD)
        assert answer.status_code == 201, answer.text
        return Device(self._clock, answer.json()["secret"])

    async def confirmed(self) -> tuple[Device, list[str]]:
        device = await self.enrolled()
        answer = await self.does("/confirm", otp=device.shows())
        assert answer.status_code == 200, answer.text
        self._clock.now += timedelta(seconds=30)
        return device, answer.json()["recovery_codes"]

    async def signs_in(self, otp: str | None = None, password: str = PASSWORD) -> httpx.Response:
        form = {"grant_type": "password", "username": "wang", "password": password}
        return await self._client.post("/oauth/token", data=form | ({"otp": otp} if otp else {}))


@pytest.fixture
async def wang(client: httpx.AsyncClient, sign_up: SignUp, clock: Clock) -> Owner:
    await sign_up("wang")
    return Owner(client, clock, (await sign_in(client, "wang")).json())


def said(answer: httpx.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["error"], answer.json()["code"]


REQUIRED = (400, "second_factor_required", "second_factor_required")
WRONG = (400, "invalid_grant", "second_factor_wrong")


@pytest.mark.parametrize(("at", "shown"), RFC_6238.items())
def test_codes_are_those_of_the_standard(at: int, shown: str) -> None:
    """RFC 6238, appendix B."""
    assert pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits=8).at(at) == shown


async def test_the_password_alone_is_not_enough_any_more(wang: Owner, clock: Clock) -> None:
    device, _ = await wang.confirmed()

    alone = await wang.signs_in()
    both = await wang.signs_in(device.shows())

    assert said(alone) == REQUIRED
    assert (alone.headers["cache-control"], alone.json()["detail"]) == ("no-store", "密码正确，还需要动态验证码")
    assert both.status_code == 200, both.text


async def test_nothing_is_asked_for_before_the_first_code_was_shown(wang: Owner) -> None:
    await wang.enrolled()
    assert (await wang.signs_in()).status_code == 200
    assert (await wang.shows())["state"] == "waiting"


async def test_an_authenticator_reads_all_it_needs_from_one_address(wang: Owner) -> None:
    answer = await wang.does("", password=PASSWORD)
    shown = answer.json()
    uri = urlsplit(shown["provisioning_uri"])
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", "/探访:wang")
    assert parse_qs(uri.query) == {"secret": [shown["secret"]], "issuer": ["探访"]}
    assert len(shown["secret"]) == 32
    assert answer.headers["cache-control"] == "no-store"


async def test_a_code_is_accepted_once(wang: Owner) -> None:
    device, _ = await wang.confirmed()
    again = device.shows()
    assert (await wang.signs_in(again)).status_code == 200
    assert said(await wang.signs_in(again)) == WRONG


async def test_of_two_with_the_same_code_at_once_one_gets_in(wang: Owner) -> None:
    device, _ = await wang.confirmed()
    shown = device.shows()
    answers = await asyncio.gather(*(wang.signs_in(shown) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]


@pytest.mark.parametrize("seconds", [-30, 0, 30])
async def test_a_clock_may_be_half_a_minute_off(wang: Owner, clock: Clock, seconds: int) -> None:
    device, _ = await wang.confirmed()
    clock.now += timedelta(minutes=5)
    assert (await wang.signs_in(device.shows(ahead=timedelta(seconds=seconds)))).status_code == 200


@pytest.mark.parametrize("seconds", [-60, 60])
async def test_a_clock_may_not_be_further_off(wang: Owner, clock: Clock, seconds: int) -> None:
    device, _ = await wang.confirmed()
    clock.now += timedelta(minutes=5)
    assert said(await wang.signs_in(device.shows(ahead=timedelta(seconds=seconds)))) == WRONG


async def test_an_older_code_opens_nothing_after_a_newer_one(wang: Owner, clock: Clock) -> None:
    device, _ = await wang.confirmed()
    clock.now += timedelta(minutes=5)
    older = device.shows()
    assert (await wang.signs_in(device.shows(ahead=timedelta(seconds=30)))).status_code == 200
    assert said(await wang.signs_in(older)) == WRONG


async def test_each_recovery_code_opens_once(wang: Owner) -> None:
    _, codes = await wang.confirmed()
    assert len(set(codes)) == 10
    assert (await wang.signs_in(codes[0].upper())).status_code == 200
    assert said(await wang.signs_in(codes[0])) == WRONG
    assert (await wang.signs_in(codes[1])).status_code == 200
    assert (await wang.shows()) | {"confirmed_at": ""} == {
        "state": "confirmed",
        "confirmed_at": "",
        "recovery_codes_left": 8,
        "required": False,
    }


async def test_new_recovery_codes_take_the_place_of_the_old(wang: Owner) -> None:
    device, codes = await wang.confirmed()
    renewed = await wang.does("/recovery-codes", otp=device.shows())
    assert said(await wang.signs_in(codes[0])) == WRONG
    assert (await wang.signs_in(renewed.json()["recovery_codes"][0])).status_code == 200


async def test_what_is_wrong_about_the_password_is_said_whatever_the_code(wang: Owner) -> None:
    device, _ = await wang.confirmed()
    answers = [await wang.signs_in(device.shows(), "wrong wrong wrong"), await wang.signs_in(None, "wrong wrong wrong")]
    assert [said(answer) for answer in answers] == [(400, "invalid_grant", "sign_in_failed")] * 2
    assert answers[0].content == answers[1].content


async def test_five_wrong_codes_make_the_account_wait_from_whichever_address(
    wang: Owner, clock: Clock, app: Any, settings: Settings
) -> None:
    device, _ = await wang.confirmed()
    for number in range(5):
        other = httpx.ASGITransport(app=enveloped(app, settings), client=(f"192.0.2.{number}", 5000))
        async with httpx.AsyncClient(transport=other, base_url="http://tanfang.test") as client:
            assert said(await Owner(client, clock, {}).signs_in("000000")) == WRONG
    limited = await wang.signs_in(device.shows())
    assert said(limited) == (429, "slow_down", "sign_in_limited")
    assert (limited.headers["retry-after"], (await me_of(wang)).status_code) == ("300", 200)
    clock.now += timedelta(minutes=5)
    assert (await wang.signs_in(device.shows())).status_code == 200


async def me_of(owner: Owner) -> httpx.Response:
    return await me(owner._client, owner.tokens)


async def test_strangers_who_guess_passwords_do_not_keep_the_owner_of_a_device_out(
    wang: Owner, app: Any, clock: Clock, settings: Settings
) -> None:
    device, _ = await wang.confirmed()
    other = httpx.ASGITransport(app=enveloped(app, settings), client=("192.0.2.9", 5000))
    async with httpx.AsyncClient(transport=other, base_url="http://tanfang.test") as client:
        guesses = [await Owner(client, clock, {}).signs_in("000000", f"wrong guess {n}") for n in range(7)]
    assert [answer.status_code for answer in guesses] == [400] * 5 + [429] * 2
    assert (await wang.signs_in(device.shows())).status_code == 200


async def test_sessions_from_before_it_end_but_the_one_that_set_it_up(wang: Owner) -> None:
    before = (await wang.signs_in()).json()
    assert (await me(wang._client, before)).status_code == 200
    await wang.confirmed()
    await within_a_second(lambda: me(wang._client, before), 401)
    assert (await me_of(wang)).status_code == 200


async def test_it_is_set_up_by_who_knows_the_password(wang: Owner) -> None:
    refused = await wang.does("", password="wrong wrong wrong")
    assert code(refused) == "422 password_wrong"
    assert (await wang.shows())["state"] == "none"


async def test_one_in_use_is_not_replaced_by_another(wang: Owner) -> None:
    await wang.confirmed()
    assert code(await wang.does("", password=PASSWORD)) == "409 wrong_state"


async def test_nothing_is_confirmed_renewed_or_removed_where_there_is_nothing(wang: Owner) -> None:
    for step in ("/confirm", "/recovery-codes", "/remove"):
        assert code(await wang.does(step, otp="000000")) == "409 wrong_state"


async def test_a_wrong_code_confirms_nothing(wang: Owner) -> None:
    await wang.enrolled()
    assert code(await wang.does("/confirm", otp="000000")) == "422 otp_wrong"
    assert (await wang.signs_in()).status_code == 200


async def test_who_shows_a_code_may_do_without(wang: Owner) -> None:
    _, codes = await wang.confirmed()
    assert (await wang.does("/remove", otp=codes[3])).status_code == 204
    assert (await wang.signs_in()).status_code == 200


async def test_an_administrator_takes_it_back_for_who_lost_everything(
    wang: Owner, client_of: ClientOf, database: Urls
) -> None:
    await wang.confirmed()
    admin = await client_of(an_admin())
    user_id = (await me_of(wang)).json()["id"]
    path = f"/v1/users/{user_id}/reset-second-factor"

    assert (await admin.post(path)).status_code == 200
    assert code(await admin.post(path)) == "409 wrong_state"
    await within_a_second(lambda: me_of(wang), 401)
    assert (await wang.signs_in()).status_code == 200
    kept = outcomes(database)
    assert ("reset_user_second_factor", "ok") in kept
    assert ("confirm_second_factor", "ok") in kept


async def test_what_is_refused_leaves_one_entry(wang: Owner, database: Urls) -> None:
    await wang.confirmed()
    await wang.signs_in()
    await wang.signs_in("000000")
    await wang.does("/remove", otp="000000")
    assert outcomes(database)[-3:] == [
        ("token", "second_factor_required"),
        ("token", "second_factor_wrong"),
        ("remove_second_factor", "otp_wrong"),
    ]


class TestDemanded:
    """Where the service is told that some roles need one."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"second_factor_roles": "district_supervisor, admin,auditor"})

    async def test_who_needs_one_may_do_nothing_else_before_it_is_set_up(
        self, client: httpx.AsyncClient, sign_up: SignUp, clock: Clock
    ) -> None:
        await sign_up("wang", role=Role.DISTRICT_SUPERVISOR, area=DISTRICT)
        wang = Owner(client, clock, (await sign_in(client, "wang")).json())
        refused = await client.get("/v1/users", headers=bearing(wang.tokens))

        assert (code(refused), (await wang.shows())["required"]) == ("403 second_factor_enrolment_required", True)
        await wang.confirmed()
        assert (await client.get("/v1/users", headers=bearing(wang.tokens))).status_code == 200

    async def test_it_is_demanded_of_those_roles_alone(self, client_of: ClientOf, wang: Owner) -> None:
        asked = {person: await (await client_of(person())).get("/v1/divisions") for person in (a_supervisor, an_admin)}
        assert {code(answer) for answer in asked.values()} == {"403 second_factor_enrolment_required"}
        assert code(await (await client_of(an_auditor())).get("/v1/audit-events")) == (
            "403 second_factor_enrolment_required"
        )
        assert (await wang._client.get("/v1/divisions", headers=bearing(wang.tokens))).status_code == 200


def test_a_role_that_nobody_has_is_not_demanded() -> None:
    with pytest.raises(ValueError, match="second_factor_roles"):
        Settings(second_factor_roles="supervisor")
