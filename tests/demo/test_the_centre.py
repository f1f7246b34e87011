"""The demo's purchased service: what its system finds, and what it has not sent yet."""

import json
from typing import Any

import httpx
import pytest

from tests.demo.conftest import Made, VisitorAs

pytestmark = pytest.mark.long  # making the demo, once for whoever begins


async def taken(centre: httpx.AsyncClient, path: str, **sent: Any) -> list[dict[str, Any]]:
    answer = await centre.post(path, **sent)
    assert answer.is_success, answer.text
    return list(answer.json()["items"])


async def test_only_its_owner_reads_its_secret(made: Made) -> None:
    assert (made.folder / "client.env").stat().st_mode & 0o777 == 0o600


async def test_what_it_has_not_sent_yet_is_taken_in_line_by_line_and_as_a_sheet(
    centre: httpx.AsyncClient, made: Made
) -> None:
    records = [json.loads(line) for line in (made.folder / "unsent.ndjson").read_text("utf-8").splitlines()]
    items = await taken(centre, "/v1/visits/batch", json={"items": records, "mode": "validate"})
    assert ({item["result"] for item in items}, len(items)) == ({"created"}, 6)
    headers, sheet = {"Content-Type": "text/csv"}, (made.folder / "unsent.csv").read_bytes()
    query = {"mode": "validate"}
    rows = await taken(centre, "/v1/visit-imports", content=sheet, headers=headers, params=query)
    assert ({row["result"] for row in rows}, len(rows)) == ({"created"}, 2), rows


async def test_it_sees_whom_it_serves_and_no_suspect_records_of_its_own(centre: httpx.AsyncClient) -> None:
    assert (await centre.get("/v1/worklist")).json()["data"]
    visits = (await centre.get("/v1/visits")).json()["data"]
    assert len(visits) == 18
    assert {flag["code"] for visit in visits for flag in visit["flags"]} <= {"identical_records"}


async def test_the_supervisor_finds_it_under_contract(visitor_as: VisitorAs) -> None:
    supervisor = await visitor_as("supervisor")
    [provider] = (await supervisor.get("/v1/providers")).json()["data"]
    for path, count in (("workers", 3), ("contracts", 1), ("trainings", 1)):
        assert len((await supervisor.get(f"/v1/providers/{provider['id']}/{path}")).json()["data"]) == count
    [client] = (await supervisor.get("/v1/clients", params={"provider_id": provider["id"]})).json()["data"]
    assert client["disabled_at"] is None
