"""What signing in and managing accounts leave behind: who did what to whom, and no password."""

import sqlite3

import httpx
import psycopg

from tests.accounts.conftest import SignUp
from tests.accounts.signing import PASSWORD, bearing, me, refresh, sign_in
from tests.builders import VILLAGE, an_instructor
from tests.conftest import ClientOf, Clock, Urls

QUERY = (
    "SELECT operation, result, object_ids, fields, source FROM audit_entries WHERE actor_id IS NOT NULL ORDER BY seq"
)


def entries(database: Urls) -> list[tuple[object, ...]]:
    """The audit entries of people, as whoever may read them sees them."""
    if database.owner.startswith("sqlite"):
        with sqlite3.connect(database.owner.removeprefix("sqlite:///")) as connection:
            rows = connection.execute(QUERY).fetchall()
        connection.close()
        return rows
    with psycopg.connect(database.owner) as server:
        server.execute("SET tanfang.auditor = 'on'")
        return server.execute(QUERY).fetchall()


def outcomes(database: Urls) -> list[tuple[object, object]]:
    return [(operation, result) for operation, result, *_ in entries(database)]


async def test_signing_in_leaves_an_entry_also_when_it_fails(
    client: httpx.AsyncClient, sign_up: SignUp, clock: Clock, database: Urls
) -> None:
    await sign_up("wang")
    await sign_in(client, "wang", "wrong wrong wrong")
    await sign_in(client, "nobody")
    tokens = (await sign_in(client, "wang")).json()
    await me(client, tokens)
    await refresh(client, tokens["refresh_token"])
    clock.now = clock.now.replace(minute=1)
    await refresh(client, tokens["refresh_token"])

    assert outcomes(database) == [
        ("token", "sign_in_failed"),
        ("token", "ok"),
        ("show_me", "ok"),
        ("token", "refresh_token_reused"),
    ]


async def test_managing_an_account_leaves_one_entry_each_also_when_refused(
    client_of: ClientOf, sign_up: SignUp, database: Urls
) -> None:
    await sign_up("wang")
    instructor = await client_of(an_instructor())
    grant = {"role": "village_liaison", "area": VILLAGE}
    form = {"username": "lin", "display_name": "林小明", "grants": [grant]}

    created = (await instructor.post("/v1/users", json=form)).json()
    await instructor.post("/v1/users", json=form)
    await instructor.post(f"/v1/users/{created['id']}/disable")
    await instructor.post(f"/v1/users/{created['id']}/disable")
    await instructor.get("/v1/users/018f0000-0000-7000-8000-000000000000")

    assert outcomes(database) == [
        ("create_user", "ok"),
        ("create_user", "username_taken"),
        ("disable", "ok"),
        ("disable", "wrong_state"),
        ("show_user", "not_found"),
    ]
    first = entries(database)[0]
    assert created["id"] in str(first)
    assert "display_name" in str(first)
    assert "林小明" not in str(first)
    assert created["first_password"] not in str(entries(database))


async def test_a_change_of_password_leaves_one_entry_without_it(
    client: httpx.AsyncClient, sign_up: SignUp, database: Urls
) -> None:
    await sign_up("wang")
    tokens = (await sign_in(client, "wang")).json()
    for old in ("wrong wrong wrong", PASSWORD):
        body = {"old_password": old, "new_password": "another teapot entirely"}
        await client.post("/v1/me/password", json=body, headers=bearing(tokens))

    assert outcomes(database)[1:] == [("change_my_password", "password_wrong"), ("change_my_password", "ok")]
    assert "teapot" not in str(entries(database))
