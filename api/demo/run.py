"""`tanfang demo`: a made-up district from nothing to a running service, with somebody to sign in for each role.

Everything lies in ``var/demo/``: database, keys, credentials, and the files that were taken in, as an office
would have them. What was only half made is thrown away and made again.
"""

import asyncio
import csv
import io
import json
import os
import secrets
import shutil
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
from openpyxl import Workbook
from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.demo import months, people
from api.deps import Service
from api.domain.access import AreaCode, Role
from api.domain.accounts import NewGrant
from api.domain.divisions import Division, Gazetteer, Level
from api.domain.months import Month, civil_date, months_between
from api.main import create_app, enveloped
from api.security import Keys, load_keys, write_keys
from api.settings import Mode, Settings
from api.store import Trace
from api.usecases.accounts import open_account
from api.usecases.founding import found
from api.usecases.passwords import hashed

FOLDER = Path("var/demo")
DISTRICT = "350303"
ELDERS = 2000
SEED = 20260531
_READY = "ready"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Credential:
    role: str
    username: str
    password: str
    area: str


def settings_for(folder: Path, port: int) -> Settings:
    """Demo mode: this machine only, random keys of its own."""
    return Settings(
        mode=Mode.DEMO,
        database_url=SecretStr(f"sqlite:///{folder / 'tanfang.db'}"),
        keys_file=folder / "keys.json",
        host="127.0.0.1",
        port=port,
        log_level="WARNING",
    )


def prepare(folder: Path, port: int, console: Console) -> Settings:
    """Make the demo's district unless it is there whole; answers the settings to serve it with."""
    settings = settings_for(folder, port)
    if not (folder / _READY).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        write_keys(folder / "keys.json", Keys.generate())
        migrate_demo(settings)
        asyncio.run(_fill(folder, settings, console))
        (folder / _READY).touch()
    return settings


def migrate_demo(settings: Settings) -> None:
    from api.schema import migrate  # late: alembic is not needed for a second start

    migrate(settings)


def show_credentials(folder: Path, port: int, console: Console) -> None:
    """Who can sign in, for people who look rather than read."""
    table = Table("角色 role", "用户名 username", "密码 password", "管辖 area", title="演示账号 demo accounts")
    for credential in json.loads((folder / "credentials.json").read_text("utf-8")):
        table.add_row(*credential.values())
    console.print(table)
    console.print(f"接口文档 docs      http://127.0.0.1:{port}/docs")
    console.print(f"账号文件 accounts  {folder / 'credentials.json'}")


async def _fill(folder: Path, settings: Settings, console: Console) -> None:
    keys = load_keys(folder / "keys.json")
    app = create_app(settings, keys=keys)
    service: Service = app.state.service
    today = civil_date(datetime.now(UTC))
    random = Random(SEED)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        await found(service.store, settings.district)
        gazetteer = await _gazetteer(service)
        villages = _villages(gazetteer)
        elders = list(people.made_up(villages, ELDERS, today, random))
        credentials = await _accounts(service, gazetteer, elders, today)
        transport = httpx.ASGITransport(app=enveloped(app, settings))
        client = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=600)
        )
        bar = stack.enter_context(
            Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=console,
            )
        )
        await _take_in(client, credentials, folder, elders, today, random, bar)
    _write_private(folder / "credentials.json", [asdict(each) for each in credentials])


async def _gazetteer(service: Service) -> Gazetteer:
    from api.domain.access import Actor

    trace = Trace("demo", "demo", "local")
    async with service.store.opened(Actor.system(DISTRICT, "demo"), trace, writes=False) as registers:
        return await registers.places.gazetteer()


def _villages(gazetteer: Gazetteer) -> list[tuple[Division, Division]]:
    townships = [each for each in gazetteer.children(DISTRICT) if each.level is Level.TOWNSHIP]
    return [(township, village) for township in townships for village in gazetteer.children(township.code)]


async def _accounts(
    service: Service, gazetteer: Gazetteer, elders: Sequence[people.MadeUp], today: date
) -> list[Credential]:
    """One sign-in per role; the liaison's village lies in the instructor's township and has elders."""
    village = next(each.village for each in elders if each.township.name == "江口镇")
    wanted = (
        (Role.DISTRICT_SUPERVISOR, "supervisor", DISTRICT),
        (Role.TOWNSHIP_INSTRUCTOR, "instructor", village.code[:9]),
        (Role.VILLAGE_LIAISON, "liaison", village.code),
        (Role.ADMIN, "admin", DISTRICT),
        (Role.DASHBOARD, "dashboard", DISTRICT),
        (Role.AUDITOR, "auditor", DISTRICT),
    )
    made = []
    async with service.store.accounts() as accounts:
        for role, username, area in wanted:
            password = secrets.token_urlsafe(12)
            grant = NewGrant(today - timedelta(days=365), None, role, AreaCode(area))
            opened = await open_account(
                accounts, username=username, display_name=gazetteer.name_of(area), grants=[grant]
            )
            await accounts.users.keep_password(opened.user.id, await hashed(password), must_change=False)
            made.append(Credential(role.value, username, password, area))
    return made


async def _take_in(
    client: httpx.AsyncClient,
    credentials: Sequence[Credential],
    folder: Path,
    elders: Sequence[people.MadeUp],
    today: date,
    random: Random,
    bar: Progress,
) -> None:
    """The roll and the months, through the same door an office uses."""
    await _sign_in(client, credentials[0])
    first = Month.of(today).previous().previous()
    townships = sorted({each.township.code for each in elders})
    step = bar.add_task("台账 rolls", total=len(townships))
    for code in townships:
        roll = _roll_file([each for each in elders if each.township.code == code])
        (folder / f"台账-{code}.xlsx").write_bytes(roll)
        query = {"status": "confirmed", "tracking_starts_on": first.first.isoformat()}
        await _post_file(client, "/v1/elder-imports", roll, _SHEET_TYPE, query)
        bar.advance(step)
    span = list(months_between(first, Month.of(today)))
    step = bar.add_task("探访记录 visits", total=len(span) * len(townships))
    for month in span:
        rows = list(months.records(month, elders, today, random))
        for part in range(len(townships)):
            chunk = rows[part :: len(townships)]
            await _post_file(client, "/v1/visit-imports", _visit_file(chunk), "text/csv", {"source": "office"})
            bar.advance(step)
        (folder / f"探访记录-{month}.csv").write_bytes(_visit_file(rows))
    await _lives(client, townships, random, today, bar)


async def _lives(
    client: httpx.AsyncClient, townships: Sequence[str], random: Random, today: date, bar: Progress
) -> None:
    """A few stays in hospital, some who moved away or died: what a register is full of."""
    chosen: list[str] = []
    for township in townships:
        query = {"area": township, "status": "confirmed"}
        page = (await _expect(await client.get("/v1/elders", params=query))).json()["data"]
        chosen += random.sample([each["id"] for each in page], min(2, len(page)))
    step = bar.add_task("住院与退出 changes", total=len(chosen))
    for index, elder_id in enumerate(chosen):
        if index % 2:
            since = today - timedelta(days=random.randrange(1, 3))
            form: dict[str, Any] = {
                "starts_on": since.isoformat(),
                "ends_on": (since + timedelta(days=20)).isoformat(),
                "reason": "hospital",
            }
            await _expect(await client.post(f"/v1/elders/{elder_id}/suspensions", json=form))
        else:
            kind = "death" if index % 4 else "moved_out"
            form = {"kind": kind, "last_day_on": (today - timedelta(days=1)).isoformat(), "source": "village"}
            await _expect(await client.post(f"/v1/elders/{elder_id}/exit", json=form))
        bar.advance(step)


async def _sign_in(client: httpx.AsyncClient, who: Credential) -> None:
    form = {"grant_type": "password", "username": who.username, "password": who.password}
    answer = await _expect(await client.post("/oauth/token", data=form))
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


async def _post_file(client: httpx.AsyncClient, path: str, body: bytes, media_type: str, query: dict[str, str]) -> None:
    headers = {"Content-Type": media_type}
    await _expect(await client.post(path, content=body, headers=headers, params=query))


async def _expect(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        raise RuntimeError(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
    return answer


def _roll_file(elders: Sequence[people.MadeUp]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(elders[0].township.name)
    sheet.append([f"{elders[0].township.name}特殊困难老年人基本信息台账"])
    sheet.append(people.HEADINGS)
    for elder in elders:
        sheet.append(elder.row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _visit_file(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([months.HEADINGS, *rows])
    return out.getvalue().encode("utf-8-sig")


def _write_private(path: Path, content: object) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
