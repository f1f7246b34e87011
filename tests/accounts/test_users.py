"""Managing accounts: who sees, opens, grants, disables whom."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest

from api.deps import Service
from api.domain.access import Role
from api.domain.errors import Refused
from api.usecases.accounts import open_account
from tests.accounts.conftest import SignUp
from tests.accounts.signing import PASSWORD, bearing, id_of, me, sign_in, within_a_second
from tests.builders import (
    DISTRICT,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    Person,
    a_dashboard,
    a_liaison,
    a_supervisor,
    an_admin,
    an_auditor,
    an_instructor,
    settle,
)
from tests.conftest import ClientOf
from tests.promises.names import promise

pytestmark = pytest.mark.usefixtures("founded")
NAMED = {"display_name": "林小明"}


def liaison_of(area: str) -> dict[str, str]:
    return {"role": "village_liaison", "area": area}


async def opened(client: httpx.AsyncClient, username: str, *grants: dict[str, Any]) -> httpx.Response:
    return await client.post("/v1/users", json={"username": username, **NAMED, "grants": list(grants)})


async def names_seen_by(client: httpx.AsyncClient) -> set[str]:
    return {user["username"] for user in (await client.get("/v1/users?page_size=200")).json()["data"]}


async def test_an_instructor_opens_a_liaisons_account_whose_first_password_works_once_shown(
    client: httpx.AsyncClient, client_of: ClientOf
) -> None:
    instructor = await client_of(an_instructor())

    answer = await opened(instructor, "Lin.XiaoMing", liaison_of(VILLAGE))

    assert answer.status_code == 201
    created = answer.json()
    assert answer.headers["location"] == f"/v1/users/{created['id']}"
    assert answer.headers["etag"] == created["etag"]
    assert (created["username"], created["must_change_password"]) == ("lin.xiaoming", True)
    assert created["grants"][0]["starts_on"] == "2026-11-03"
    again = (await instructor.get(answer.headers["location"])).json()
    assert again == {name: value for name, value in created.items() if name != "first_password"}
    assert (await sign_in(client, "lin.xiaoming", created["first_password"])).status_code == 200


SEEN = {
    "supervisor": {"instructor", "instructor2", "liaison", "liaison2"},
    "instructor": {"liaison"},
    "instructor2": {"liaison2"},
    "admin": {
        "admin",
        "supervisor",
        "instructor",
        "instructor2",
        "liaison",
        "liaison2",
        "dashboard",
        "auditor",
    },
}


def everybody() -> dict[str, Person]:
    people = [
        an_admin(username="admin"),
        a_supervisor(username="supervisor"),
        an_instructor(username="instructor"),
        an_instructor(OTHER_TOWNSHIP, username="instructor2"),
        a_liaison(username="liaison"),
        a_liaison(OTHER_VILLAGE, username="liaison2"),
        a_dashboard(username="dashboard"),
        an_auditor(username="auditor"),
    ]
    return {person.username: person for person in people}


@pytest.mark.parametrize("manager", SEEN)
async def test_a_manager_sees_the_accounts_below_and_no_other(
    client_of: ClientOf, service: Service, manager: str
) -> None:
    people = everybody()
    ids = {name: await id_of(service, person) for name, person in people.items()}
    client = await client_of(people[manager])

    assert await names_seen_by(client) == SEEN[manager]
    for name, user_id in ids.items():
        answer = await client.get(f"/v1/users/{user_id}")
        assert answer.status_code == (200 if name in SEEN[manager] else 404), name


@pytest.mark.parametrize("person", [a_liaison(), a_dashboard(), an_auditor()], ids=lambda p: p.grants[0][0])
async def test_others_manage_nobody(client_of: ClientOf, person: Person) -> None:
    answer = await (await client_of(person)).get("/v1/users")

    assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing")


async def test_an_account_out_of_reach_answers_as_an_unknown_one(client_of: ClientOf, service: Service) -> None:
    supervisor_id = await id_of(service, a_supervisor())
    instructor = await client_of(an_instructor())
    body = {"old": None}

    for command in ("", "/disable", "/enable", "/reset-password", "/grants"):
        method = "GET" if command == "" else "POST"
        known, unknown = [
            (await instructor.request(method, f"/v1/users/{user_id}{command}", json=body)).json()
            for user_id in (supervisor_id, "018f0000-0000-7000-8000-000000000000")
        ]
        assert known["code"] == "not_found"
        assert {**known, "instance": "", "request_id": ""} == {**unknown, "instance": "", "request_id": ""}


@pytest.mark.parametrize(
    ("manager", "grant"),
    [
        (an_instructor(), liaison_of(OTHER_VILLAGE)),
        (an_instructor(), {"role": "township_instructor", "area": TOWNSHIP}),
        (a_supervisor(), {"role": "district_supervisor", "area": DISTRICT}),
        (a_supervisor(), {"role": "admin", "area": DISTRICT}),
        (a_supervisor(), {"role": "dashboard", "area": DISTRICT}),
    ],
)
async def test_nobody_grants_beyond_what_he_manages(
    client_of: ClientOf, service: Service, manager: Person, grant: dict[str, str]
) -> None:
    client = await client_of(manager)
    liaison_id = await id_of(service, a_liaison())

    refusals = [await opened(client, "newcomer", grant)]
    refusals.append(await client.post(f"/v1/users/{liaison_id}/grants", json=grant))

    assert [(r.status_code, r.json()["code"]) for r in refusals] == [(403, "grant_beyond_own")] * 2
    assert "newcomer" not in await names_seen_by(client)
    assert len((await client.get(f"/v1/users/{liaison_id}")).json()["grants"]) == 1


@pytest.mark.parametrize(
    ("grant", "code", "pointer"),
    [
        (liaison_of(TOWNSHIP), "role_area_mismatch", "/grants/0/area"),
        (liaison_of("350303104999"), "grant_area_unknown", "/grants/0/area"),
        ({"role": "village_liaison"}, "grant_role_or_deputy", "/grants/0"),
        ({"deputy_for": "018f0000-0000-7000-8000-000000000000"}, "deputy_needs_end", "/grants/0/ends_on"),
        (
            {"deputy_for": "018f0000-0000-7000-8000-000000000000", "ends_on": "2026-12-31"},
            "deputy_unknown",
            "/grants/0/deputy_for",
        ),
        ({**liaison_of(VILLAGE), "ends_on": "2026-11-02"}, "grant_ends_before_start", "/grants/0/ends_on"),
        ({**liaison_of(VILLAGE), "created_by": "me"}, "field_unknown", "/grants/0/created_by"),
    ],
)
async def test_a_wrong_grant_is_named(client_of: ClientOf, grant: dict[str, str], code: str, pointer: str) -> None:
    answer = await opened(await client_of(a_supervisor()), "newcomer", grant)

    assert answer.status_code == 422
    assert [(error["code"], error["pointer"]) for error in answer.json()["errors"]] == [(code, pointer)]


async def test_a_username_is_taken_once_also_out_of_sight(client_of: ClientOf, service: Service) -> None:
    await settle(service, a_liaison(OTHER_VILLAGE, username="taken"))

    answer = await opened(await client_of(an_instructor()), "TAKEN", liaison_of(VILLAGE))

    assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")


async def test_a_list_goes_on_where_it_stopped(client_of: ClientOf, service: Service) -> None:
    for number in (3, 1, 5, 2, 4):
        await settle(service, a_liaison(username=f"l.{number}"))
    client = await client_of(an_instructor())

    first = (await client.get("/v1/users?page_size=2")).json()
    second = await client.get("/v1/users", params={"page_size": 2, "page_token": first["next_page_token"]})
    link = second.links["next"]["url"]
    third = (await client.get(link)).json()

    pages = [first, second.json(), third]
    assert [[user["username"] for user in page["data"]] for page in pages] == [
        ["l.1", "l.2"],
        ["l.3", "l.4"],
        ["l.5"],
    ]
    assert [page["has_more"] for page in pages] == [True, True, False]
    assert third["next_page_token"] is None


async def test_a_page_token_is_its_readers_own(client_of: ClientOf, service: Service) -> None:
    for number in range(2):
        await settle(service, a_liaison(username=f"l{number}"))
    token = (await (await client_of(an_instructor())).get("/v1/users?page_size=1")).json()["next_page_token"]

    answer = await (await client_of(an_instructor())).get("/v1/users", params={"page_token": token})

    assert (answer.status_code, answer.json()["code"]) == (400, "page_token_invalid")


async def test_a_changed_name_needs_the_version_that_was_read(client_of: ClientOf, service: Service) -> None:
    instructor = await client_of(an_instructor())
    path = f"/v1/users/{await id_of(service, a_liaison())}"
    tag = (await instructor.get(path)).headers["etag"]

    without = await instructor.patch(path, json=NAMED)
    answers = await asyncio.gather(*(instructor.patch(path, json=NAMED, headers={"If-Match": tag}) for _ in range(5)))

    assert without.status_code == 428
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
    assert (await instructor.get(path)).json()["display_name"] == "林小明"
    assert (await instructor.post(f"{path}/disable", headers={"If-Match": tag})).status_code == 412


@promise("P31")
async def test_a_grant_given_and_revoked_holds_within_a_second_for_who_is_signed_in(
    client_of: ClientOf, service: Service
) -> None:
    admin, liaison = await client_of(an_admin()), a_liaison()
    person, path = await client_of(liaison), f"/v1/users/{await id_of(service, liaison)}"
    assert (await person.get("/v1/users")).status_code == 403

    given = await admin.post(f"{path}/grants", json={"role": "township_instructor", "area": TOWNSHIP})
    await within_a_second(lambda: person.get("/v1/users"), 200)
    [grant_id] = [g["id"] for g in given.json()["grants"] if g["role"] == "township_instructor"]
    revoked = await admin.post(f"{path}/grants/{grant_id}/revoke")
    await within_a_second(lambda: person.get("/v1/users"), 403)

    assert (given.status_code, revoked.status_code) == (201, 200)
    assert {g["id"] for g in revoked.json()["grants"] if g["revoked_at"]} == {grant_id}
    again = await admin.post(f"{path}/grants/{grant_id}/revoke")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    unknown = await admin.post(f"{path}/grants/018f0000-0000-7000-8000-000000000000/revoke")
    assert unknown.status_code == 404


async def test_who_holds_no_grant_today_may_do_nothing(client_of: ClientOf, service: Service) -> None:
    lapsed = await client_of(a_liaison(ends_on=date(2026, 11, 2)))

    answer = await lapsed.get("/v1/me")

    assert (answer.status_code, answer.json()["code"]) == (403, "no_valid_grant")


async def test_an_account_without_a_grant_belongs_where_it_last_held_one(client_of: ClientOf, service: Service) -> None:
    liaison = a_liaison()
    instructor, other = await client_of(an_instructor()), await client_of(an_instructor(OTHER_TOWNSHIP))
    path = f"/v1/users/{await id_of(service, liaison)}"
    [grant] = (await instructor.get(path)).json()["grants"]
    await instructor.post(f"{path}/grants/{grant['id']}/revoke")

    assert (await instructor.get(path)).status_code == 200
    assert (await other.get(path)).status_code == 404


async def test_whoever_moves_township_is_managed_there(client_of: ClientOf, service: Service) -> None:
    liaison, supervisor = a_liaison(), await client_of(a_supervisor())
    here, there = await client_of(an_instructor()), await client_of(an_instructor(OTHER_TOWNSHIP))
    path = f"/v1/users/{await id_of(service, liaison)}"
    [grant] = (await supervisor.get(path)).json()["grants"]

    await supervisor.post(f"{path}/grants", json=liaison_of(OTHER_VILLAGE))
    in_both = [(await client.get(path)).status_code for client in (here, there, supervisor)]
    await supervisor.post(f"{path}/grants/{grant['id']}/revoke")
    in_one = [(await client.get(path)).status_code for client in (here, there, supervisor)]

    assert (in_both, in_one) == ([404, 404, 200], [404, 200, 200])


async def test_a_disabled_account_is_out_at_once_and_comes_back_only_by_a_new_sign_in(
    client: httpx.AsyncClient, client_of: ClientOf, service: Service, sign_up: SignUp
) -> None:
    await sign_up("wang")
    tokens = (await sign_in(client, "wang")).json()
    instructor, path = await client_of(an_instructor()), f"/v1/users/{await _id_named(service, 'wang')}"
    assert (await me(client, tokens)).status_code == 200

    disabled = await instructor.post(f"{path}/disable")
    await within_a_second(lambda: me(client, tokens), 401)
    assert (await sign_in(client, "wang")).status_code == 400
    assert (await instructor.post(f"{path}/disable")).json()["code"] == "wrong_state"
    enabled = await instructor.post(f"{path}/enable")

    assert disabled.json()["disabled_at"] is not None
    assert enabled.json()["disabled_at"] is None
    assert (await instructor.post(f"{path}/enable")).json()["code"] == "wrong_state"
    assert (await me(client, tokens)).status_code == 401
    assert (await sign_in(client, "wang")).status_code == 200


async def _id_named(service: Service, username: str) -> str:
    async with service.store.accounts(writes=False) as accounts:
        user = await accounts.users.named(username)
    assert user is not None
    return str(user.id)


async def test_a_reset_password_is_shown_once_and_ends_the_old_one(
    client: httpx.AsyncClient, client_of: ClientOf, service: Service, sign_up: SignUp
) -> None:
    await sign_up("wang")
    instructor = await client_of(an_instructor())

    answer = await instructor.post(f"/v1/users/{await _id_named(service, 'wang')}/reset-password")

    assert answer.headers["cache-control"] == "no-store"
    assert (await sign_in(client, "wang")).status_code == 400
    tokens = (await sign_in(client, "wang", answer.json()["first_password"])).json()
    assert (await me(client, tokens)).json()["must_change_password"] is True


async def test_a_password_that_was_reset_is_not_changed_by_who_knew_the_one_before(
    client: httpx.AsyncClient, client_of: ClientOf, service: Service, sign_up: SignUp
) -> None:
    await sign_up("wang")
    instructor, path = await client_of(an_instructor()), f"/v1/users/{await _id_named(service, 'wang')}/reset-password"
    thief = bearing((await sign_in(client, "wang")).json())
    change = {"old_password": PASSWORD, "new_password": "what the thief would like"}

    reset, _ = await asyncio.gather(instructor.post(path), client.post("/v1/me/password", json=change, headers=thief))

    assert (await sign_in(client, "wang", change["new_password"])).status_code == 400
    assert (await sign_in(client, "wang", reset.json()["first_password"])).status_code == 200


async def test_nobody_manages_himself(client_of: ClientOf, service: Service) -> None:
    admin = an_admin()
    client, path = await client_of(admin), f"/v1/users/{await id_of(service, admin)}"
    [grant] = (await client.get(path)).json()["grants"]

    answers = [
        await client.post(f"{path}/disable"),
        await client.post(f"{path}/reset-password"),
        await client.post(f"{path}/grants", json={"role": Role.DISTRICT_SUPERVISOR, "area": DISTRICT}),
        await client.post(f"{path}/grants/{grant['id']}/revoke"),
    ]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(409, "cannot_manage_self")] * 4


async def test_a_malformed_username_is_refused_from_the_command_line_too(service: Service) -> None:
    with pytest.raises(Refused) as refusal:
        async with service.store.accounts() as accounts:
            await open_account(accounts, username="林小明", display_name="林小明", grants=[])

    assert refusal.value.code == "username_format"
