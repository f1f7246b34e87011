"""Of whom nothing is told by what PostgreSQL and the service write down besides the rows (P40, P42)."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.security import Keys
from tests.builders import settle
from tests.cli.conftest import sql
from tests.conftest import ROOT, Urls
from tests.elders.forms import a_whole_form, an_id_number
from tests.postgres import Postmaster
from tests.promises.names import promise
from tests.promises.plugin import Told
from tests.promises.postmaster import urls_in
from tests.promises.servers import Serving, serving
from tests.promises.test_operations import told_of
from tests.serving import free_port
from tests.visits.rounds import Rounds, a_visit, at

NAME, NOTES, PURPOSE = "林金丝雀", "精神不太好", "核对残疾人证"
NUMBER = an_id_number(date(1944, 2, 3))
CERTIFICATE = f"{NUMBER}42"
SEALED = (NUMBER, CERTIFICATE, NOTES, "0594-3591234", "13850330003", "王邻居", "李志愿", "高血压", "后埔12号")
WARNING = "database_log_may_tell_names"
GUIDES = ("docs/operating.md", "docs/operating.zh-CN.md")


@pytest.fixture
def database(postmaster: Postmaster) -> Iterator[Urls]:
    """In a server that writes down every statement, as one does that looks for slow ones; its roles as they come."""
    with psycopg.connect(postmaster.cluster.admin_url, autocommit=True) as administrator:
        for setting in ("log_statement = 'all'", "log_min_duration_statement = 0"):
            administrator.execute(f"ALTER DATABASE promises SET {setting}".encode())
        yield urls_in(postmaster.cluster)
        for role in ("tanfang_owner", "tanfang_app"):
            administrator.execute(f"ALTER ROLE {role} RESET ALL".encode())


def documented(guide: str) -> list[str]:
    """What a guide says of the logs when the roles are made."""
    return re.findall(r"^(alter role .*);$", (ROOT / guide).read_text("utf-8"), re.MULTILINE)


def as_documented(postmaster: Postmaster) -> None:
    with psycopg.connect(postmaster.cluster.admin_url, autocommit=True) as administrator:
        for statement in documented(GUIDES[0]):
            administrator.execute(statement.encode())


async def lived(server: Serving, rounds: Rounds, database: Urls, figures: str) -> str:
    """Somebody is enrolled, visited, looked for, revealed, asked for wrongly, and broken; what ``/metrics`` says."""
    token = await settle(rounds.service, rounds.instructor)
    headers = {"Authorization": f"Bearer {token}"}
    form = a_whole_form(name=NAME, resident_id=NUMBER, disability_certificate=CERTIFICATE)
    reveal = {"fields": ["resident_id"], "purpose": PURPOSE}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=60) as client:

        async def said(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            answer = await client.post(path, json=body)
            return answer.status_code, answer.json()

        status, elder = await said("/v1/elders", form)
        assert status == 201, elder
        path = f"/v1/elders/{elder['id']}"
        statuses = [(await said(f"{path}/{command}", {}))[0] for command in ("verify", "confirm", "confirm")]
        for where, body in (
            ("/v1/visits", a_visit(elder["id"], notes=NOTES, **at("2026-11-02"))),
            ("/v1/elders/search", {"name": NAME, "resident_id": NUMBER}),
            (f"{path}/reveal", reveal),
            ("/v1/elders", form),
            ("/v1/elders", form | {"name": NUMBER, "born_on": NUMBER, "phones": [{"number": NUMBER}]}),
        ):
            statuses.append((await said(where, body))[0])
        sql(database.owner, f"UPDATE elders SET sealed = substr(sealed, 1, 40) WHERE id = '{elder['id']}'")
        statuses.append((await said(f"{path}/reveal", reveal))[0])
        assert statuses == [200, 200, 409, 201, 200, 200, 409, 422, 500]
        return (await client.get(figures)).text


@pytest.mark.long
@promise("P40")
@promise("P42")
async def test_neither_the_log_of_postgresql_nor_that_of_the_service_tells_of_anybody(
    rounds: Rounds, database: Urls, postmaster: Postmaster, keys: Keys, tmp_path: Path, told: Told
) -> None:
    port, now = str(free_port()), rounds.clock().isoformat()
    told_more = {"TANFANG_LOG_LEVEL": "DEBUG", "TANFANG_METRICS_PORT": port, "TANFANG_RUN_JOBS": "false"}
    with serving(database, keys, tmp_path, now=now, **told_more) as server:
        await server.up()
        await server.leave(30)
        assert WARNING in server.said
        as_documented(postmaster)
        began, before = len(postmaster.said), len(server.said)
        await server.up()
        figures = await lived(server, rounds, database, f"http://127.0.0.1:{port}/metrics")
        own = await told_of(server, before, requests=11)
    log = postmaster.said[began:]

    assert WARNING not in own
    assert "INSERT INTO elders" in log
    assert '"status": 500' in own
    canaries = (NAME, PURPOSE, *SEALED)
    assert {name: shown_in(text, canaries) for name, text in (("log", log), ("own", own), ("/metrics", figures))} == {
        "log": [],
        "own": [],
        "/metrics": [],
    }
    sql(postmaster.cluster.admin_url, "CHECKPOINT")
    kept = b"".join(path.read_bytes() for path in postmaster.data.rglob("*") if path.is_file())
    assert NAME.encode() in kept  # a name stands in the open
    assert [word for word in SEALED if word.encode() in kept] == []
    told(
        f"{len(canaries)} canaries in {len(log)} bytes of PostgreSQL's log with every statement, {len(own)} of ours at "
        f"DEBUG and /metrics, {len(SEALED)} in {len(kept) // 1024**2} MiB of its files and write-ahead log: 0 found"
    )


def shown_in(text: str, words: Iterable[str]) -> list[str]:
    """Those that stand in it, as they are or as JSON in ASCII spells them."""
    return [word for word in words if word in text or json.dumps(word)[1:-1] in text]


def test_both_guides_keep_values_out_of_the_log() -> None:
    assert documented(GUIDES[0]) == documented(GUIDES[1])
    assert len(documented(GUIDES[0])) == 2
