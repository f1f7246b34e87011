"""Machine clients: tokens for secrets (RFC 6749, 4.4), what they let do, and how they end."""

import asyncio
from base64 import b64encode
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.accounts.centre import EVERYTHING, Centre
from tests.accounts.signing import bearing, within_a_second
from tests.builders import Person, a_supervisor, an_admin, an_instructor
from tests.duty.office import code
from tests.providers.forces import a_force
from tests.visits.test_intake import a_visit

NEVER_GIVEN = "kZ3v7Qm0yB1cX9tR5nW8uJ2hL6pD4sGf"
_TOLD_TWICE = (400, "invalid_request", "client_told_twice")
KEY = {"Idempotency-Key": "a-key-of-a-machine"}


# --- who lets them in ---------------------------------------------------------------------------------


async def test_a_supervisor_opens_a_client_and_its_secret_is_shown_once(centre: Centre) -> None:
    given = await centre.secret()
    assert centre.client["scopes"] == EVERYTHING
    assert (centre.client["version"], centre.client["etag"]) == (1, '"1"')
    listed = await centre.rounds.reads(centre.rounds.supervisor, f"{centre.path}/secrets")
    assert given["secret"] not in listed.text
    assert listed.json()["data"] == [{name: value for name, value in given.items() if name != "secret"}]
    assert given["expires_at"] == "2027-11-03T02:00:00Z"


async def test_clients_are_listed_in_pages_and_by_provider(centre: Centre) -> None:
    another = await a_force(centre.rounds, name="另一支队伍")
    for name in ("甲", "乙"):
        form = {"provider_id": another["id"], "name": name, "scopes": ["visits:write"]}
        await centre.rounds.does(centre.rounds.supervisor, "/v1/clients", **form)

    async def page(query: str) -> dict[str, Any]:
        answer = await centre.rounds.reads(centre.rounds.supervisor, f"/v1/clients?{query}")
        return dict(answer.json())

    first = await page("page_size=2")
    rest = await page(f"page_size=2&page_token={first['next_page_token']}")
    assert [each["name"] for each in first["data"] + rest["data"]] == ["关爱服务中心系统", "甲", "乙"]
    assert not rest["has_more"]
    assert [each["name"] for each in (await page(f"provider_id={another['id']}"))["data"]] == ["甲", "乙"]


async def test_an_administrator_manages_clients_and_a_township_does_not(centre: Centre) -> None:
    assert (await centre.rounds.reads(an_admin(), centre.path)).json() == centre.client
    assert code(await centre.rounds.reads(an_instructor(), centre.path)) == "403 permission_missing"


async def test_a_client_is_no_account_of_a_person(centre: Centre) -> None:
    users = await centre.rounds.reads(an_admin(), "/v1/users?page_size=200")
    assert centre.client["id"] not in users.text
    reset = await centre.rounds.says(an_admin(), f"/v1/users/{centre.client['id']}/reset-password")
    assert code(reset) == "404 not_found"
    form = {"grant_type": "password", "username": f"client:{centre.client['id']}", "password": ""}
    for password in ("unset", NEVER_GIVEN):
        answer = await centre.http.post("/oauth/token", data=form | {"password": password})
        assert answer.json()["code"] == "sign_in_failed"


async def test_a_client_of_nobody_and_an_end_in_the_past_are_refused(centre: Centre) -> None:
    form = {"provider_id": centre.client["id"], "name": "系统", "scopes": ["visits:write"]}
    assert code(await centre.rounds.says(a_supervisor(), "/v1/clients", **form)) == "422 grant_provider_unknown"
    past = {**form, "provider_id": centre.provider_id, "expires_at": "2026-11-03T09:00:00+08:00"}
    assert code(await centre.rounds.says(a_supervisor(), "/v1/clients", **past)) == "422 expiry_not_ahead"
    assert code(await centre.changes(expires_at="2026-11-03T09:00:00+08:00")) == "422 expiry_not_ahead"
    early = await centre.rounds.says(a_supervisor(), f"{centre.path}/secrets", expires_at="2020-01-01T00:00:00Z")
    assert code(early) == "422 expiry_not_ahead"
    assert code(await centre.changes(scopes=[])) == "422 value_too_short"


# --- tokens -------------------------------------------------------------------------------------------


async def test_id_and_secret_give_a_token_without_a_refresh_token(centre: Centre) -> None:
    given = await centre.secret()
    token = await centre.token(given["secret"])
    assert token.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (token["token_type"], token["expires_in"], token["scope"]) == ("Bearer", 900, " ".join(EVERYTHING))
    shown = (await centre.me(token)).json()
    assert (shown["id"], shown["roles"]) == (centre.client["id"], ["provider"])
    [listed] = (await centre.rounds.reads(centre.rounds.supervisor, f"{centre.path}/secrets")).json()["data"]
    assert listed["last_used_at"] == "2026-11-03T02:00:00Z"


async def test_http_basic_works_as_well_and_both_at_once_do_not(centre: Centre) -> None:
    secret = (await centre.secret())["secret"]
    encoded = b64encode(f"{centre.client['id']}:{secret}".encode()).decode()
    headers, form = {"Authorization": f"Basic {encoded}"}, {"grant_type": "client_credentials"}
    assert (await centre.http.post("/oauth/token", data=form, headers=headers)).status_code == 200
    both = await centre.http.post("/oauth/token", data=form | {"client_secret": secret}, headers=headers)
    assert (both.status_code, both.json()["error"], both.json()["code"]) == (
        400,
        "invalid_request",
        "client_told_twice",
    )


@pytest.mark.parametrize("header", ["Basic !", "Basic bm9jb2xvbg==", "Basic /w=="])
async def test_a_header_nobody_can_read_is_an_unknown_client(centre: Centre, header: str) -> None:
    form = {"grant_type": "client_credentials"}
    answer = await centre.http.post("/oauth/token", data=form, headers={"Authorization": header})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_an_old_token_that_is_sent_along_does_no_harm(centre: Centre) -> None:
    given = await centre.secret()
    form = {"grant_type": "client_credentials", "client_id": centre.client["id"], "client_secret": given["secret"]}
    token = await centre.token(given["secret"])
    assert (await centre.http.post("/oauth/token", data=form, headers=bearing(token))).status_code == 200


async def test_a_wrong_secret_looks_like_an_unknown_client(centre: Centre) -> None:
    await centre.secret()
    answers = [
        await centre.asks(NEVER_GIVEN),
        await centre.asks(NEVER_GIVEN, client_id="01930000-0000-7000-8000-000000000001"),
        await centre.asks(NEVER_GIVEN, client_id="没有这个系统"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["error"] == "invalid_client"
    assert answers[0].headers["www-authenticate"].startswith("Basic ")


async def test_the_secret_of_one_client_opens_no_other(centre: Centre) -> None:
    secret = (await centre.secret())["secret"]
    form = {"provider_id": centre.provider_id, "name": "另一个系统", "scopes": ["visits:write"]}
    another = await centre.rounds.does(centre.rounds.supervisor, "/v1/clients", **form)
    assert (await centre.asks(secret, client_id=another["id"])).json()["error"] == "invalid_client"


async def test_five_wrong_secrets_make_the_sixth_wait(centre: Centre) -> None:
    secret = (await centre.secret())["secret"]
    for _ in range(5):
        assert (await centre.asks(NEVER_GIVEN)).status_code == 401
    limited = await centre.asks(secret)
    assert (limited.status_code, limited.json()["error"]) == (429, "slow_down")
    centre.rounds.clock.now += timedelta(minutes=5)
    assert (await centre.asks(secret)).status_code == 200


async def test_a_token_bears_the_scopes_that_were_asked_for_and_no_more(centre: Centre) -> None:
    secret = (await centre.secret())["secret"]
    token = await centre.token(secret, scope="elders:read visits:read")
    assert token["scope"] == "elders:read visits:read"
    shown = (await centre.me(token)).json()["permissions"]
    assert "elder_read" in shown
    assert "visit_record" not in shown
    refused = await centre.http.post("/v1/visits/batch", json={"items": []}, headers=bearing(token))
    assert code(refused) == "403 scope_missing"


@pytest.mark.parametrize("scope", ["visits:write elders:read", "everything"])
async def test_a_scope_that_is_too_wide_is_refused(centre: Centre, scope: str) -> None:
    secret = (await centre.secret())["secret"]
    assert (await centre.changes(scopes=["visits:write"])).status_code == 200
    answer = await centre.asks(secret, scope=scope)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


# --- how they end -------------------------------------------------------------------------------------


async def test_two_secrets_live_at_once_and_a_third_waits_for_one_to_go(centre: Centre) -> None:
    old, new = await centre.secret(), await centre.secret()
    assert [(await centre.asks(each["secret"])).status_code for each in (old, new)] == [200, 200]
    third = await centre.rounds.says(centre.rounds.supervisor, f"{centre.path}/secrets")
    assert code(third) == "409 secrets_at_most_two"
    assert (await centre.revokes(old["id"])).status_code == 204
    assert code(await centre.revokes(old["id"])) == "409 wrong_state"
    assert (await centre.asks(old["secret"])).status_code == 401
    assert (await centre.secret())["id"] not in (old["id"], new["id"])


async def test_of_many_who_ask_at_once_two_get_a_secret(centre: Centre) -> None:
    ask = [centre.rounds.says(centre.rounds.supervisor, f"{centre.path}/secrets") for _ in range(6)]
    answers = await asyncio.gather(*ask)
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409, 409]


async def test_an_expired_secret_opens_nothing_and_its_last_token_ends_with_it(centre: Centre) -> None:
    given = await centre.secret(expires_at="2026-11-03T10:10:00+08:00")
    token = await centre.token(given["secret"])
    assert token["expires_in"] == 600
    assert (await centre.me(token)).status_code == 200
    centre.rounds.clock.now += timedelta(minutes=10)
    assert code(await centre.me(token)) == "401 session_ended"
    assert (await centre.asks(given["secret"])).status_code == 401
    assert await centre.secret()
    assert await centre.secret()


async def test_a_revoked_secret_ends_its_tokens_within_a_second_and_no_others(centre: Centre) -> None:
    old, new = await centre.secret(), await centre.secret()
    ended, kept = await centre.token(old["secret"]), await centre.token(new["secret"])
    assert (await centre.me(ended)).status_code == (await centre.me(kept)).status_code == 200
    await centre.revokes(old["id"])
    assert code(await centre.until_ended(ended)) == "401 session_ended"
    assert (await centre.me(kept)).status_code == 200


async def test_a_disabled_client_signs_in_no_more_and_its_tokens_end(centre: Centre) -> None:
    secret = (await centre.secret())["secret"]
    token = await centre.token(secret)
    assert (await centre.me(token)).status_code == 200
    disabled = await centre.rounds.does(centre.rounds.supervisor, f"{centre.path}/disable")
    assert disabled["disabled_at"] == "2026-11-03T02:00:00Z"
    await centre.until_ended(token)
    assert (await centre.asks(secret)).status_code == 401
    for command in ("disable", "secrets"):
        assert code(await centre.rounds.says(a_supervisor(), f"{centre.path}/{command}")) == "409 wrong_state"


async def test_narrower_scopes_hold_within_a_second(centre: Centre) -> None:
    secret = (await centre.secret())["secret"]
    token = await centre.token(secret)
    renamed = await centre.changes(name="新名称")
    assert (renamed.json()["name"], renamed.json()["etag"]) == ("新名称", '"2"')
    assert (await centre.me(token)).status_code == 200
    assert (await centre.changes(scopes=["elders:read"])).json()["scopes"] == ["elders:read"]
    await centre.until_ended(token)
    assert (await centre.token(secret))["scope"] == "elders:read"


async def test_a_client_ends_on_its_day(centre: Centre) -> None:
    secret = (await centre.secret())["secret"]
    assert (await centre.changes(expires_at="2026-11-04T00:00:00+08:00")).status_code == 200
    assert (await centre.token(secret))["expires_in"] == 900
    centre.rounds.on("2026-11-04")
    assert (await centre.asks(secret)).status_code == 401
    assert (await centre.changes(expires_at=None)).json()["expires_at"] is None
    assert (await centre.asks(secret)).status_code == 200


async def test_a_client_is_changed_by_who_read_it_last(centre: Centre) -> None:
    supervisor = await centre.rounds.client(centre.rounds.supervisor)
    assert code(await supervisor.patch(centre.path, json={"name": "新"})) == "428 if_match_required"
    headers = {"If-Match": centre.client["etag"]}
    assert (await supervisor.patch(centre.path, json={"name": "新"}, headers=headers)).status_code == 200
    assert code(await supervisor.patch(centre.path, json={"name": "旧"}, headers=headers)) == "412 version_changed"


async def test_what_a_suspension_leaves_its_provider_it_leaves_the_client(centre: Centre) -> None:
    token = await centre.token((await centre.secret())["secret"])
    path = f"/v1/providers/{centre.provider_id}/suspend"
    await centre.rounds.does(centre.rounds.supervisor, path, reason="整顿")

    async def reads() -> httpx.Response:
        return await centre.http.get("/v1/worklist", headers=bearing(token))

    assert code(await within_a_second(reads, 403)) == "403 provider_suspended"


# --- at work ------------------------------------------------------------------------------------------


async def test_a_batch_posted_with_its_token_counts_and_sent_again_is_unchanged(centre: Centre) -> None:
    elder = await centre.rounds.elder()
    token = await centre.token((await centre.secret())["secret"])
    body = {"items": [a_visit(elder, external_id="V-1"), a_visit(elder)]}

    async def posted() -> list[dict[str, Any]]:
        answer = await centre.http.post("/v1/visits/batch", json=body, headers=bearing(token))
        assert answer.status_code == 207, answer.text
        return list(answer.json()["items"])

    first, nameless = await posted()
    assert first["result"] == "created", first
    assert [(error["code"], error["pointer"]) for error in nameless["errors"]] == [
        ("external_id_required", "/external_id")
    ]
    again, _ = await posted()
    assert (again["result"], again["id"]) == ("unchanged", first["id"])


async def test_a_machine_needs_a_key_for_what_it_creates_and_a_person_does_not(centre: Centre) -> None:
    token = await centre.token((await centre.secret())["secret"])
    report = {"village": "350303104201", "place_text": "后埔12号", "kind": "gas_leak"}
    bare = await centre.http.post("/v1/escalations", json=report, headers=bearing(token))
    assert code(bare) == "400 idempotency_key_required"
    kept = [await centre.http.post("/v1/escalations", json=report, headers=bearing(token) | KEY) for _ in range(2)]
    assert [answer.status_code for answer in kept] == [202, 202]
    assert kept[0].json() == kept[1].json()
    assert kept[1].headers["idempotency-replayed"] == "true"
    person: Person = centre.rounds.liaison
    assert (await centre.rounds.says(person, "/v1/escalations", **report)).status_code == 202


async def test_a_machine_has_no_password_to_change(centre: Centre) -> None:
    token = await centre.token((await centre.secret())["secret"])
    form = {"old_password": NEVER_GIVEN, "new_password": "a kettle over the moon"}
    answer = await centre.http.post("/v1/me/password", json=form, headers=bearing(token))
    assert code(answer) == "422 password_wrong"
