"""The sandbox made up, or as it was in the beginning: forty elders, a centre under contract, and its workers.

Names, villages and ID numbers are the same every time; ids are new. Accounts, clients and their secrets stay.
"""

import csv
import io
import secrets
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import httpx

from api.demo.people import HEADINGS, made_up
from api.deps import Service
from api.domain.access import Actor, Role
from api.domain.accounts import NewGrant
from api.domain.divisions import Level
from api.domain.months import Month, civil_date
from api.domain.sandbox import SANDBOX, divisions
from api.store import Trace
from api.usecases.accounts import open_account

ELDERS = 40
OFFICE = "sandbox"
_MADE_ON = date(2026, 1, 1)  # so that everybody is born on the same day every time
_FOR_LONG = {"starts_on": "2024-01-01", "ends_on": "2049-12-31"}
_CENTRE = {"area": SANDBOX, "kind": "elderly_service_centre", "name": "沙箱养老服务中心", "starts_on": "2024-01-01"}
_CONTRACT = {
    **_FOR_LONG,
    "number": "沙箱〔2024〕1号",
    "purpose": "接口联调",
    "reach": "areas",
    "areas": [SANDBOX],
    "data_clause": True,
    "services": [{"service": "home_visit", "price": 3000, "cap": 2, "cap_period": "month"}],
}
_WORKERS = ("沙小明", "沙小红", "沙小华")
_SENT_TO = 10  # elders to whom the centre is sent by name


@dataclass(frozen=True, slots=True)
class Made:
    """``password``: of the account that is the sandbox's township and district; when it was opened, never again."""

    elders: int
    password: str | None


async def make_sandbox(service: Service, client: httpx.AsyncClient) -> Made:
    """Throw away what was sent to the sandbox, and make it up from nothing through HTTP."""
    today = civil_date(service.clock())
    trace = Trace("make_sandbox", "sandbox", "command line")
    async with service.store.opened(Actor.system(SANDBOX, "the sandbox is made"), trace, writes=True) as registers:
        await registers.places.add(divisions())
        await registers.sandbox.empty()
    user_id, password = await _office(service, today)
    async with service.store.accounts() as accounts:
        session_id = await accounts.sessions.begin(user_id)
    client.headers["Authorization"] = f"Bearer {service.tokens.issue(user_id, session_id, service.clock())}"
    await _take_in(client, today)
    await _engage(client)
    async with service.store.accounts() as accounts:
        await accounts.sessions.end(session_id, "sandbox_made")
    return Made(ELDERS, password)


async def _office(service: Service, today: date) -> tuple[UUID, str | None]:
    async with service.store.accounts() as accounts:
        known = await accounts.users.named(OFFICE)
        if known is not None:
            return known.id, None
        grant = NewGrant(today, None, Role.DISTRICT_SUPERVISOR, SANDBOX)
        password = secrets.token_urlsafe(12)
        opened = await open_account(
            accounts, username=OFFICE, display_name="沙箱区民政局", grants=[grant], password=password
        )
        return opened.user.id, password


async def _take_in(client: httpx.AsyncClient, today: date) -> None:
    """Everybody on the roll, on duty since last month began."""
    units = divisions()
    townships = {each.code: each for each in units if each.level is Level.TOWNSHIP}
    places = [(townships[each.parent], each) for each in units if each.level is Level.VILLAGE]
    sheet = io.StringIO()
    elders = made_up(places, ELDERS, _MADE_ON, Random("sandbox"))
    csv.writer(sheet).writerows([HEADINGS, *(each.row for each in elders)])
    tracked = Month.of(today).previous().first.isoformat()
    query = {"status": "confirmed", "tracking_starts_on": tracked}
    await _asked(client, "POST", "/v1/elder-imports", content=sheet.getvalue().encode(), params=query, media="text/csv")


async def _engage(client: httpx.AsyncClient) -> None:
    """The centre, which is there already when the sandbox is made again, as is its contract; workers are new."""
    known = (await _asked(client, "GET", "/v1/providers"))["data"]
    centre = known[0] if known else await _asked(client, "POST", "/v1/providers", json=_CENTRE)
    path = f"/v1/providers/{centre['id']}"
    if not known:
        await _asked(client, "POST", f"{path}/contracts", json=_CONTRACT)
    for number, name in enumerate(_WORKERS, 1):
        worker = {"name": name, "kind": "care_worker", "external_id": f"W-{number}"}
        await _asked(client, "POST", f"{path}/workers", json=worker)
    listed = await _asked(client, "GET", "/v1/elders", params={"page_size": _SENT_TO})
    [contract] = (await _asked(client, "GET", f"{path}/contracts"))["data"]
    sent = {
        "provider_id": centre["id"],
        "contract_id": contract["id"],
        "elder_ids": [each["id"] for each in listed["data"]],
    }
    await _asked(client, "POST", "/v1/assignments/batch", json=sent)


async def _asked(
    client: httpx.AsyncClient, method: str, path: str, *, media: str = "application/json", **sent: Any
) -> dict[str, Any]:
    answer = await client.request(method, path, headers={"Content-Type": media}, **sent)
    if not answer.is_success:
        raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
    return dict(answer.json())
