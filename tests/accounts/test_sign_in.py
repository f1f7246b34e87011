"""Signing in, staying signed in, signing out (RFC 6749, 7009)."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from jose import jws
from structlog.testing import capture_logs

from api.deps import Service
from api.domain.access import Role
from api.main import enveloped
from api.settings import Settings
from tests.accounts.conftest import SignUp
from tests.accounts.signing import PASSWORD, bearing, me, refresh, sign_in, within_a_second
from tests.conftest import Clock


async def until_refused(client: httpx.AsyncClient, tokens: dict[str, Any]) -> httpx.Response:
    return await within_a_second(lambda: me(client, tokens), 401)


@pytest.fixture
async def elsewhere(app: Any, settings: Settings) -> httpx.AsyncClient:
    """A client at another address."""
    transport = httpx.ASGITransport(app=enveloped(app, settings), client=("192.0.2.7", 5000))
    return httpx.AsyncClient(transport=transport, base_url="http://tanfang.test")


async def test_username_and_password_give_tokens_that_say_who_i_am(client: httpx.AsyncClient, sign_up: SignUp) -> None:
    await sign_up("wang")

    answer = await sign_in(client, " Wang ")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
    shown = (await me(client, tokens)).json()
    assert (shown["username"], shown["roles"], shown["areas"]) == ("wang", ["village_liaison"], ["350303104201"])
    assert "visit_record" in shown["permissions"]
    assert "elder_confirm" not in shown["permissions"]
    assert shown["session"]["expires_at"] == "2026-11-03T14:00:00Z"


async def test_anybody_can_verify_a_token_with_the_published_keys(client: httpx.AsyncClient, sign_up: SignUp) -> None:
    await sign_up("wang")
    tokens = (await sign_in(client, "wang")).json()

    [key] = (await client.get("/.well-known/jwks.json")).json()["keys"]

    assert jws.verify(tokens["access_token"], key, "ES256")


async def test_unknown_wrong_and_disabled_are_refused_alike(
    client: httpx.AsyncClient, sign_up: SignUp, founded: Service
) -> None:
    await sign_up("wang")
    await sign_up("gone")
    async with founded.store.accounts() as accounts:
        gone = await accounts.users.named("gone")
        assert gone is not None
        gone.disabled_at = accounts.now
        await accounts.users.save(gone)

    answers = [
        await sign_in(client, "wang", "wrong wrong wrong"),
        await sign_in(client, "nobody"),
        await sign_in(client, "gone"),
        await sign_in(client, "没有这个人"),
    ]

    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json() == {
        "error": "invalid_grant",
        "error_description": "The username or password is wrong",
        "code": "sign_in_failed",
        "detail": "用户名或密码不正确",
        "fix": "请核对用户名和密码",
    }


@pytest.mark.parametrize(
    "unreadable",
    ["", "!", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=19456,t=2,p=1$", "$argon2id$v=19$m=8,t=1,p=1$盐$值"],
)
async def test_a_password_kept_in_a_way_nobody_can_read_is_wrong_and_the_log_says_whose_it_is(
    client: httpx.AsyncClient, sign_up: SignUp, founded: Service, unreadable: str
) -> None:
    await sign_up("wang")
    async with founded.store.accounts() as accounts:
        wang = await accounts.users.named("wang")
        assert wang is not None
        await accounts.users.keep_password(wang.id, unreadable, must_change=False)

    with capture_logs() as logged:
        answers = [await sign_in(client, "wang"), await sign_in(client, "nobody")]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].content == answers[1].content
    assert [line for line in logged if line["log_level"] == "error"] == [
        {"event": "password_hash_unreadable", "log_level": "error", "account": str(wang.id)}
    ]


@pytest.mark.parametrize("username", ["wang", "nobody"])
async def test_five_failures_make_the_sixth_wait_whether_the_account_exists_or_not(
    client: httpx.AsyncClient, elsewhere: httpx.AsyncClient, sign_up: SignUp, clock: Clock, username: str
) -> None:
    await sign_up("wang")
    for _ in range(5):
        clock.now += timedelta(seconds=10)
        assert (await sign_in(client, username, "wrong wrong wrong")).status_code == 400

    limited = await sign_in(client, username)

    assert (limited.status_code, limited.json()["error"]) == (429, "slow_down")
    assert limited.headers["retry-after"] == "260"
    assert (await sign_in(elsewhere, "wang")).status_code == 200
    clock.now += timedelta(seconds=260)
    assert (await sign_in(client, "wang")).status_code == 200


async def test_of_many_guesses_at_once_only_five_are_answered(client: httpx.AsyncClient, sign_up: SignUp) -> None:
    await sign_up("wang")

    answers = await asyncio.gather(*(sign_in(client, "wang", f"wrong guess {n}") for n in range(12)))

    assert sorted(answer.status_code for answer in answers) == [400] * 5 + [429] * 7
    assert (await sign_in(client, "wang")).status_code == 429


async def test_whoever_has_a_network_of_addresses_guesses_no_more_often(
    app: Any, settings: Settings, sign_up: SignUp
) -> None:
    await sign_up("wang")

    async def tries(address: str, password: str) -> int:
        transport = httpx.ASGITransport(app=enveloped(app, settings), client=(address, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://tanfang.test") as client:
            return (await sign_in(client, "wang", password)).status_code

    guesses = [await tries(f"2001:db8:1:2::{n}", f"wrong guess {n}") for n in range(7)]

    assert guesses == [400] * 5 + [429] * 2
    assert await tries("2001:db8:1:3::1", PASSWORD) == 200
    mapped = [await tries(address, "wrong guess") for address in ["::ffff:192.0.2.9", "192.0.2.9"] * 3]
    assert mapped == [400] * 5 + [429]


async def test_many_who_know_the_password_sign_in_at_once(client: httpx.AsyncClient, sign_up: SignUp) -> None:
    await sign_up("wang")

    answers = await asyncio.gather(*(sign_in(client, "wang") for _ in range(8)))

    assert {answer.status_code for answer in answers} == {200}


async def test_a_success_forgets_the_failures_before_it(client: httpx.AsyncClient, sign_up: SignUp) -> None:
    await sign_up("wang")
    for _ in range(2):
        for _ in range(4):
            await sign_in(client, "wang", "wrong wrong wrong")
        assert (await sign_in(client, "wang")).status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password", "username": "wang"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "device_code"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "made up"}, "invalid_grant"),
    ],
    ids=str,
)
async def test_a_bad_token_request_is_refused_in_the_form_of_rfc_6749(
    client: httpx.AsyncClient, form: dict[str, str], error: str
) -> None:
    answer = await client.post("/oauth/token", data=form)

    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"].isascii()


async def test_a_refresh_token_works_once_and_its_lost_answer_can_be_asked_for_again(
    client: httpx.AsyncClient, sign_up: SignUp, clock: Clock
) -> None:
    await sign_up("wang")
    first = (await sign_in(client, "wang")).json()["refresh_token"]

    second = (await refresh(client, first)).json()
    clock.now += timedelta(seconds=10)
    again = (await refresh(client, first)).json()

    assert again["refresh_token"] == second["refresh_token"] != first
    assert (await me(client, again)).status_code == 200
    assert (await refresh(client, second["refresh_token"])).status_code == 200


async def test_two_refreshes_at_once_get_the_same_successor(client: httpx.AsyncClient, sign_up: SignUp) -> None:
    await sign_up("wang")
    token = (await sign_in(client, "wang")).json()["refresh_token"]

    answers = await asyncio.gather(*(refresh(client, token) for _ in range(4)))

    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


async def test_a_refresh_token_used_again_later_ends_the_session(
    client: httpx.AsyncClient, sign_up: SignUp, clock: Clock
) -> None:
    await sign_up("wang")
    first = (await sign_in(client, "wang")).json()
    second = (await refresh(client, first["refresh_token"])).json()
    clock.now += timedelta(seconds=11)

    assert (await refresh(client, first["refresh_token"])).json()["error"] == "invalid_grant"

    assert (await until_refused(client, second)).json()["code"] == "session_ended"
    assert (await refresh(client, second["refresh_token"])).status_code == 400


async def test_a_session_that_is_kept_busy_lasts_twelve_hours(
    client: httpx.AsyncClient, sign_up: SignUp, clock: Clock
) -> None:
    await sign_up("wang")
    tokens = (await sign_in(client, "wang")).json()
    began = clock.now

    while clock.now - began < timedelta(hours=11, minutes=50):
        clock.now += timedelta(minutes=14)
        assert (await me(client, tokens)).status_code == 200
        tokens = (await refresh(client, tokens["refresh_token"])).json()
    clock.now = began + timedelta(hours=12)

    assert (await me(client, tokens)).json()["code"] == "session_ended"
    assert (await refresh(client, tokens["refresh_token"])).status_code == 400


async def test_a_session_left_alone_for_half_an_hour_is_over(
    client: httpx.AsyncClient, sign_up: SignUp, clock: Clock
) -> None:
    await sign_up("wang")
    tokens = (await sign_in(client, "wang")).json()

    clock.now += timedelta(minutes=30, seconds=1)

    assert (await me(client, tokens)).json()["code"] == "token_invalid"
    assert (await refresh(client, tokens["refresh_token"])).status_code == 400


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_signing_out_ends_the_session_within_a_second(
    client: httpx.AsyncClient, sign_up: SignUp, kind: str
) -> None:
    await sign_up("wang")
    tokens = (await sign_in(client, "wang")).json()
    assert (await me(client, tokens)).status_code == 200

    answer = await client.post("/oauth/revoke", data={"token": tokens[kind]})

    assert (answer.status_code, answer.content) == (200, b"")
    assert (await until_refused(client, tokens)).json()["code"] == "session_ended"
    assert (await refresh(client, tokens["refresh_token"])).status_code == 400


async def test_signing_out_with_an_unknown_token_is_no_error(client: httpx.AsyncClient) -> None:
    assert (await client.post("/oauth/revoke", data={"token": "made up"})).status_code == 200
    assert (await client.post("/oauth/revoke", data={})).json()["error"] == "invalid_request"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic d2FuZzp3YW5n"}, {"Authorization": "Bearer "}])
async def test_without_a_token_there_is_nothing_to_see(client: httpx.AsyncClient, header: dict[str, str]) -> None:
    answer = await client.get("/v1/me", headers=header)

    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_first_password_opens_nothing_but_its_own_change(client: httpx.AsyncClient, sign_up: SignUp) -> None:
    first = await sign_up("wang", role=Role.ADMIN, area="350303", password=None)
    tokens = (await sign_in(client, "wang", first)).json()

    refused = await client.get("/v1/users", headers=bearing(tokens))
    assert (refused.status_code, refused.json()["code"]) == (403, "password_change_required")
    assert (await me(client, tokens)).json()["must_change_password"] is True

    changed = await change(client, tokens, first, PASSWORD)

    assert changed.status_code == 204
    assert (await client.get("/v1/users", headers=bearing(tokens))).status_code == 200
    assert (await me(client, tokens)).json()["must_change_password"] is False
    assert (await sign_in(client, "wang", first)).status_code == 400
    assert (await sign_in(client, "wang")).status_code == 200


async def change(client: httpx.AsyncClient, tokens: dict[str, Any], old: str, new: str) -> httpx.Response:
    body = {"old_password": old, "new_password": new}
    return await client.post("/v1/me/password", json=body, headers=bearing(tokens))


async def test_a_change_of_password_ends_every_other_session(client: httpx.AsyncClient, sign_up: SignUp) -> None:
    await sign_up("wang")
    mine, other = (await sign_in(client, "wang")).json(), (await sign_in(client, "wang")).json()
    assert (await me(client, other)).status_code == 200

    assert (await change(client, mine, PASSWORD, "another teapot entirely")).status_code == 204

    assert (await until_refused(client, other)).json()["code"] == "session_ended"
    assert (await refresh(client, other["refresh_token"])).status_code == 400
    assert (await me(client, mine)).status_code == 200
    assert (await refresh(client, mine["refresh_token"])).status_code == 200


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (PASSWORD, "password_same"),
        ("two words", "password_too_short"),
        ("1qaz2wsx3edc", "password_too_common"),
        ("wang-1234567", "password_is_username"),
    ],
)
async def test_a_weak_new_password_is_refused_and_the_old_one_stays(
    client: httpx.AsyncClient, sign_up: SignUp, new: str, code: str
) -> None:
    await sign_up("wang")
    tokens = (await sign_in(client, "wang")).json()

    answer = await change(client, tokens, PASSWORD, new)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["pointer"] == "/new_password"
    assert new not in answer.text
    assert (await sign_in(client, "wang")).status_code == 200


async def test_guessing_the_old_password_counts_like_guessing_at_sign_in(
    client: httpx.AsyncClient, sign_up: SignUp
) -> None:
    await sign_up("wang")
    tokens = (await sign_in(client, "wang")).json()
    for guess in range(5):
        answer = await change(client, tokens, f"wrong guess {guess}", "another teapot entirely")
        assert (answer.status_code, answer.json()["code"]) == (422, "password_wrong")

    limited = await change(client, tokens, PASSWORD, "another teapot entirely")

    assert (limited.status_code, limited.json()["code"]) == (429, "sign_in_limited")
    assert int(limited.headers["retry-after"]) > 0
