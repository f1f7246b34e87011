"""A purchased service: a centre under contract with its workers, whom they see, and its system that reports it.

What its workers wrote down yesterday lies in ``unsent.ndjson`` and ``unsent.csv``: for whoever signs in as the system.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from api.demo.office import Office
from api.demo.people import MadeUp
from api.demo.stories import Story
from api.domain.access import Scope

UNSENT = ("unsent.ndjson", "unsent.csv")
_NAME = "涵江夕阳红居家养老服务中心"
_SYSTEM = "centre"
_WORKERS = ("林水妹", "陈国香", "黄玉莲")
_VISITED = 6  # elders whom the centre is sent to
_ROUNDS = (36, 22, 9)  # days ago
_HEADINGS = ["记录编号", "村（社区）", "姓名", "探访日期", "服务方式", "探访结果", "去向", "服务人员", "服务人员类别"]
_AS_USUAL = {
    **dict.fromkeys(("expression", "mobility", "mood", "personal_hygiene", "home_hygiene", "indoor"), "no_change"),
    **dict.fromkeys(("gas_safety", "plumbing_safety", "power_safety"), "safe"),
    "population_change": {"kind": "no_change"},
    "disease": {"status": "no_change"},
    "worker_signature": {"kind": "signed"},
    "elder_signature": {"kind": "signed"},
}


@dataclass
class Centre:
    """``secret``: with which its system signs in as ``client_id``; both known once the past is lived through."""

    id: str = ""
    contract_id: str = ""
    client_id: str = ""
    secret: str = field(default="", repr=False)


def stories(office: Office, centre: Centre, folder: Path) -> Iterator[Story]:
    elders, called = ([office.cast.one_of(_area(office)) for _ in range(count)] for count in (_VISITED, 2))
    yield _engaged(office, centre)
    yield _at_work(office, centre, elders)
    yield _unsent(office, elders, called, folder)


def _area(office: Office) -> str:
    """A township beside the instructor's, where most people play another part already."""
    return next(township for township in office.staff.townships[1:] if township != office.staff.township)


async def _engaged(office: Office, centre: Centre) -> Story:
    """The contract runs from the month in which visits are first tracked; the centre's system is let in at once."""
    first = office.first_month.first
    yield office.at(first, "11:30")
    known = {"area": office.staff.district, "kind": "elderly_service_centre", "starts_on": first.isoformat()}
    centre.id = str((await office.post("supervisor", "/v1/providers", **known, name=_NAME))["id"])
    contract = await office.post(
        "supervisor",
        f"/v1/providers/{centre.id}/contracts",
        number=f"涵民购〔{first.year}〕{first.month}号",
        purpose="探访关爱服务",
        reach="areas",
        areas=[office.staff.township, _area(office)],
        data_clause=True,
        starts_on=first.isoformat(),
        ends_on=(first + timedelta(days=364)).isoformat(),
        services=[{"service": "home_visit", "price": 3000, "cap": 2, "cap_period": "month"}],
    )
    centre.contract_id = str(contract["id"])
    for name in _WORKERS:
        worker = {"name": name, "kind": "care_worker", "vetting": "已核对身份和健康证"}
        await office.post("clerk", f"/v1/providers/{centre.id}/workers", **worker)
    training = {"topic": "上门探访规范", "held_on": first.isoformat()}
    await office.post("clerk", f"/v1/providers/{centre.id}/trainings", **training)
    system = {"provider_id": centre.id, "name": "服务中心信息系统", "scopes": [scope.value for scope in Scope]}
    centre.client_id = str((await office.post("supervisor", "/v1/clients", **system))["id"])
    given = await office.post("supervisor", f"/v1/clients/{centre.client_id}/secrets")
    centre.secret = str(given["secret"])
    office.users[_SYSTEM] = UUID(centre.client_id)


async def _at_work(office: Office, centre: Centre, elders: Sequence[MadeUp]) -> Story:
    """It is sent to some of one township, and reports every round of theirs the same evening."""
    yield office.at(office.first_month.first + timedelta(days=1), "09:00")
    ids = [await office.id_of(elder) for elder in elders]
    sent = {"provider_id": centre.id, "contract_id": centre.contract_id, "elder_ids": ids}
    await office.post("clerk", "/v1/assignments/batch", **sent)
    for number, ago in enumerate(_ROUNDS, 1):
        yield office.ago(ago, "19:00")
        items = [_visit(f"W{number}-{turn}", elder, office.day(ago), turn) for turn, elder in enumerate(ids)]
        await office.post(_SYSTEM, "/v1/visits/batch", items=items)


async def _unsent(office: Office, elders: Sequence[MadeUp], called: Sequence[MadeUp], folder: Path) -> Story:
    """Yesterday's round, as the centre's system exports it; and on a sheet, at whose doors nobody opened."""
    yield office.now
    day = office.day(1)
    visits = [_visit(f"W9-{turn}", await office.id_of(elder), day, turn) for turn, elder in enumerate(elders)]
    lines = "".join(json.dumps(visit, ensure_ascii=False) + "\n" for visit in visits)
    sheet = io.StringIO()
    csv.writer(sheet).writerows([_HEADINGS, *(_row(f"T9-{n}", elder, day) for n, elder in enumerate(called))])
    for name, text in zip(UNSENT, (lines, "\ufeff" + sheet.getvalue()), strict=True):
        (folder / name).write_text(text, "utf-8")


def _visit(name: str, elder_id: str, day: date, turn: int) -> dict[str, Any]:
    """Half an hour at home: the workers take turns, and each has an hour from one door to the next."""
    worker, hour = _WORKERS[turn % len(_WORKERS)], 9 + turn // len(_WORKERS)
    return {
        "external_id": name,
        "elder": {"id": elder_id},
        "worker": {"name": worker, "kind": "care_worker"},
        "method": "home",
        "place": "home",
        "outcome": "completed",
        "started_at": f"{day}T{hour:02}:00:00+08:00",
        "ended_at": f"{day}T{hour:02}:{30 + turn:02}:00+08:00",
        **_AS_USUAL,
    }


def _row(name: str, elder: MadeUp, day: date) -> Sequence[str]:
    where = (elder.village.code, elder.name)
    return (name, *where, day.isoformat(), "上门探访", "未遇", "邻居见到", _WORKERS[0], "养老服务人员")
