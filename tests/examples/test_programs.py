"""The programs that others may start from: each runs against a real server and does what it says."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.examples.conftest import Shell
from tests.imports.sheets import a_workbook
from tests.visits.rounds import Rounds, a_visit, at

EXAMPLES = ROOT / "examples"
BY_NAME = {"elder": {"village": "350303104201", "name": "陈阿婆"}}


DAYS = ("2026-11-02", "2026-11-03", "2026-11-04")
VISITS = [a_visit(None, external_id=f"A-{n}", **at(day)) | BY_NAME for n, day in enumerate(DAYS)]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Three days' records of one elder, as JSON lines."""
    return written(tmp_path / "visits.ndjson", VISITS)


def written(file: Path, visits: list[dict[str, Any]]) -> Path:
    file.write_text("".join(f"{json.dumps(visit)}\n" for visit in visits), "utf-8")
    return file


async def said(shell: Shell, *programs: str) -> list[str]:
    """What each program says; one that ends with 3 asks somebody to look."""
    return await asyncio.to_thread(shell, [f"{EXAMPLES}/{program} || test $? = 3" for program in programs])


@pytest.mark.parametrize("program", ["post_visits.py", "post_visits.sh"])
async def test_posting_again_changes_nothing(shell: Shell, records: Path, rounds: Rounds, program: str) -> None:
    first, again = await said(shell, f"{program} {records}", f"{program} {records}")
    assert "created" in first
    assert again == first  # the answer that was given before
    assert len((await rounds.reads(rounds.instructor, "/v1/visits")).json()["data"]) == 3


async def test_a_rejected_record_is_told_with_what_to_do(shell: Shell, tmp_path: Path) -> None:
    wrong = written(tmp_path / "wrong.ndjson", [a_visit(None, external_id="A-9", method="flying") | BY_NAME])
    [told] = await said(shell, f"post_visits.py {wrong}")
    assert told.startswith("A-9 /method ")
    assert told.endswith("rejected 1\n")


async def test_at_night_what_is_missing_is_sent_and_what_differs_is_named(
    shell: Shell, records: Path, tmp_path: Path
) -> None:
    other = written(tmp_path / "other.ndjson", [VISITS[0] | {"notes": "血压 140/90 "}, *VISITS[1:]])
    unknown = written(tmp_path / "fewer.ndjson", [VISITS[0], VISITS[2]])
    files = (records, records, other, unknown)
    sent, agreed, differs, fewer = await said(shell, *(f"nightly_reconcile.py {file}" for file in files))
    assert sent == "matched 0\nmissing 3, sent: {'created': 3}\n"
    assert agreed == "matched 3\n"
    assert differs == "matched 2\nmismatched A-0\n"
    assert fewer == "matched 2\nunexpected A-1\n"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_a_table_is_sent_as_it_is_and_its_refused_rows_come_back(
    shell: Shell, tmp_path: Path, ending: str
) -> None:
    headings = ["记录编号", "村（社区）", "姓名", "探访日期", "服务方式", "探访结果", "服务人员", "服务人员类别"]
    where = ["350303104201", "陈阿婆", "2026-11-02"]
    rows = [[f"B-{n}", *where, how, "未遇", "林水妹", "养老服务人员"] for n, how in enumerate(("上门探访", "飞行"))]
    table = tmp_path / f"visits.{ending}"
    if ending == "csv":
        table.write_text("\n".join(map(",".join, [headings, *rows])), "utf-8")
    else:
        a_workbook({"11月": [headings, *rows]}).save(table)
    [told] = await said(shell, f"send_file.py {table}")
    mended = table.with_suffix(f".errors.{ending}")
    assert told == f"rows 2  created 1  rejected 1\ncorrect {mended} and send it\n"
    assert mended.stat().st_size > 0
