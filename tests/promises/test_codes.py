"""B8: what answers say is what the list of codes says; here those that no noun's own tests come across."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from api.messages import CATALOGUE
from tests.builders import DISTRICT, VILLAGE
from tests.conftest import ROOT
from tests.promises.names import promise
from tests.promises.plugin import Told
from tests.providers.forces import a_force
from tests.visits.rounds import Rounds

_WORD = re.compile(r"[a-z][a-z0-9_]{3,}")
_NOBODY = "01890000-0000-7000-8000-000000000000"


@promise("B8")
def test_nearly_every_code_is_named_by_a_test(told: Told) -> None:
    """A reason for not counting is a code behind a prefix of its own, which tests leave out."""
    tests = (file.read_text("utf-8") for file in (ROOT / "tests").rglob("*.py"))
    words = {word for text in tests for word in _WORD.findall(text)}
    unnamed = {code for code in CATALOGUE if code.removeprefix("not_counted_") not in words}
    told(f"{len(CATALOGUE) - len(unnamed)} of {len(CATALOGUE)} codes are named by a test")
    assert len(unnamed) <= len(CATALOGUE) // 20, sorted(unnamed)


def codes_in(said: Any) -> Iterator[str]:
    """Every code anywhere in an answer."""
    for name, value in said.items() if isinstance(said, Mapping) else enumerate(said):
        if name == "code" and isinstance(value, str):
            yield value
        elif isinstance(value, Mapping | list):
            yield from codes_in(value)


def codes_of(answer: httpx.Response) -> set[str]:
    return set(codes_in(answer.json()))


@promise("B8")
@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "token_request_incomplete"),
        ({"grant_type": "device_code"}, "grant_type_unsupported"),
        ({"grant_type": "refresh_token", "refresh_token": "made up"}, "refresh_token_invalid"),
        ({"grant_type": "client_credentials", "client_id": _NOBODY, "client_secret": "made up"}, "client_unknown"),
    ],
)
async def test_a_token_that_is_not_given_says_why(client: httpx.AsyncClient, form: dict[str, str], code: str) -> None:
    assert code in (await client.post("/oauth/token", data=form)).text


@promise("B8")
@pytest.mark.parametrize(
    ("method", "path", "sent", "code"),
    [
        ("PUT", "/v1/visits", {}, "method_not_allowed"),
        ("GET", "/v1/visits", {"headers": {"Accept": "image/png"}}, "not_acceptable"),
        ("GET", f"/v1/visits?{'x' * 20_000}=1", {}, "url_too_long"),
        ("GET", "/v1/visits", {"headers": {"X-Much": "x" * 100_000}}, "headers_too_large"),
        ("GET", "/v1/visits", {"headers": {"Host": "no host"}}, "bad_request"),
        ("POST", "/v1/visits", {"json": {f"k{n}": n for n in range(20_000)}}, "json_too_wide"),
        (
            "POST",
            "/v1/visits",
            {"json": {}, "headers": {"Idempotency-Key": "blank " * 3}},
            "idempotency_key_invalid",
        ),
        ("POST", f"/v1/leads/{_NOBODY}/duplicate", {"json": {}}, "lead_duplicate_target"),
    ],
)
async def test_a_request_that_nobody_can_read_says_why(
    rounds: Rounds, method: str, path: str, sent: dict[str, Any], code: str
) -> None:
    client = await rounds.client_of(rounds.liaison)
    assert code in codes_of(await client.request(method, path, **sent))


@promise("B8")
async def test_a_role_for_a_force_says_what_it_lacks(rounds: Rounds) -> None:
    force, other = await a_force(rounds), await a_force(rounds, name="另一支队伍")
    provider = {"role": "provider", "area": DISTRICT, "provider_id": force["id"], "starts_on": "2026-01-01"}
    for grants, code in (
        ([{**provider, "provider_id": None}], "grant_needs_force"),
        ([{**provider, "role": "village_liaison", "area": VILLAGE}], "grant_names_force"),
        ([{**provider, "role": "visitor", "worker_id": _NOBODY}], "grant_worker_unknown"),
        ([provider, {**provider, "provider_id": other["id"]}], "grant_mixes_forces"),
    ):
        form = {"username": "somebody", "display_name": "某人", "grants": grants}
        assert code in codes_of(await rounds.says(rounds.supervisor, "/v1/users", **form)), code


@promise("B8")
async def test_a_client_asks_for_no_scope_that_it_was_not_given(rounds: Rounds, client: httpx.AsyncClient) -> None:
    force = await a_force(rounds)
    system = {"provider_id": force["id"], "name": "系统", "scopes": ["visits:write"]}
    opened = await rounds.does(rounds.supervisor, "/v1/clients", **system)
    given = await rounds.does(rounds.supervisor, f"/v1/clients/{opened['id']}/secrets")
    form = {"grant_type": "client_credentials", "client_id": opened["id"], "client_secret": given["secret"]}
    answer = await client.post("/oauth/token", data=form | {"scope": "visits:read"})
    assert "scope_not_granted" in answer.text


@promise("B8")
async def test_a_heading_that_stands_twice_is_warned_of(rounds: Rounds) -> None:
    headings = "记录编号,村（社区）,姓名,姓名,探访日期,服务方式,探访结果,服务人员,服务人员类别"
    sheet = f"{headings}\nA-1,{VILLAGE},陈阿婆,陈阿婆,2026-11-02,电话探访,未遇,林水妹,养老服务人员\n"
    client = await rounds.client_of(rounds.instructor)
    answer = await client.post("/v1/visit-imports", content=sheet.encode(), headers={"Content-Type": "text/csv"})
    assert "heading_repeated" in codes_of(answer)


@promise("B8")
async def test_a_villages_own_force_stays_in_its_village(rounds: Rounds) -> None:
    worker = await rounds.does(rounds.liaison, "/v1/workers", name="郑水木", kind="relative_or_neighbour")
    supervisor = await rounds.client_of(rounds.supervisor)
    path = f"/v1/providers/{worker['provider_id']}"
    answer = await supervisor.patch(path, json={"area": DISTRICT}, headers={"If-Match": "*"})
    assert "own_force_stays" in codes_of(answer)
