"""``tanfang import``: an office's files, sent to the service, and what became of their rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from time import sleep
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.cli.accounts import DEFAULT_URL, Url
from api.cli.speaking import err, out, plainly, refused, sign_in
from api.integrations.client import ApiClient, Sent

imports = typer.Typer(help="导入台账和探访记录\n\nTake in rolls of elders and visit records.", no_args_is_help=True)

_MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
}
MOST_SHOWN = 50
_LOOKS_EVERY = 1.0  # seconds, while a long file is worked through
STATS = {
    "rows": "行 rows",
    "created": "新增 created",
    "updated": "更新 updated",
    "unchanged": "无变化 unchanged",
    "proposed": "待审变更 proposed",
    "held": "待认定 held",
    "rejected": "未受理 rejected",
}

KEPT_NOTHING = "仅校验，未保存任何数据 Checked only; nothing was kept."


class RollStatus(StrEnum):
    DRAFT = "draft"  # 摸排建档
    CONFIRMED = "confirmed"  # 确定为服务对象


File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="xlsx、csv")]
Username = Annotated[str, typer.Option(help="用户名 username")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只校验，不保存 check only, keep nothing")]


@imports.command("elders")
def import_elders(
    file: File,
    username: Username,
    url: Url = DEFAULT_URL,
    dry_run: DryRun = False,
    status: Annotated[RollStatus, typer.Option(help="导入为 taken in as")] = RollStatus.DRAFT,
    tracking_starts_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="应访起算日 visits are owed from this day")
    ] = None,
) -> None:
    """导入老年人台账（xlsx、csv）

    Take in a roll of elders. The password is asked for, or read from TANFANG_PASSWORD.
    """
    query = {"status": status.value, **_mode(dry_run)}
    if tracking_starts_on is not None:
        query["tracking_starts_on"] = tracking_starts_on.date().isoformat()
    _import("/v1/elder-imports", file, query, url, username)


@imports.command("visits")
def import_visits(file: File, username: Username, url: Url = DEFAULT_URL, dry_run: DryRun = False) -> None:
    """导入探访记录（csv、xlsx）

    Take in visit records that were kept elsewhere. The password is asked for, or read from TANFANG_PASSWORD.
    """
    _import("/v1/visit-imports", file, {"source": "office", **_mode(dry_run)}, url, username)


def _mode(dry_run: bool) -> dict[str, str]:
    return {"mode": "validate" if dry_run else "commit"}


def _import(path: str, file: Path, query: Mapping[str, str], url: str, username: str) -> None:
    media_type_of(file)
    with plainly(), ApiClient(url) as api:
        sign_in(api, username)
        report = sent_file(api, path, file, query)
    show_report(report, dry_run=query["mode"] == "validate")
    if report.get("state") == "failed" or report["stats"]["rejected"]:
        raise typer.Exit(1)


def media_type_of(file: Path) -> str:
    """What the file's ending says it is; a command ends here for any other."""
    media_type = _MEDIA_TYPES.get(file.suffix.lower())
    if media_type is None:
        raise refused(
            f"不认识的文件类型 {file.suffix}，请另存为 xlsx 或 csv", f"Unknown kind of file {file.suffix}: xlsx or csv."
        )
    return media_type


def sent_file(
    api: ApiClient, path: str, file: Path, query: Mapping[str, str], *, key: str | None = None
) -> dict[str, Any]:
    """The report of a file that was sent, once it has been worked through."""
    with progress(file) as sent:
        report: dict[str, Any] = api.upload(path, file, media_type_of(file), query, sent, key=key).json()
        while report.get("state") == "running":
            sleep(_LOOKS_EVERY)
            report = api.get(f"{path}/{report['id']}").json()
    return report


@contextmanager
def progress(file: Path) -> Iterator[Sent]:
    """A bar while the file is sent, then a sign of life while the service works through it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    size = file.stat().st_size
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("上传 sending", total=size)

        def sent(done: int) -> None:
            bar.update(task, completed=done, description="上传 sending" if done < size else "处理 working")

        yield sent


def show_report(report: Mapping[str, Any], *, dry_run: bool) -> None:
    """What became of a file: what is wrong with it, then how much of it was taken in."""
    show_faults(report)
    stats = report["stats"]
    shown = {name: count for name, count in stats.items() if count or name in ("rows", "rejected")}
    out.print("  ".join(f"{STATS[name]} {count}" for name, count in shown.items()))
    if report.get("state") == "failed":
        out.print("[red]文件未能处理，请联系系统管理员 The file could not be worked through.[/red]")
    elif dry_run:
        out.print(KEPT_NOTHING)


def show_faults(report: Mapping[str, Any]) -> None:
    """What is wrong with a file, and with each of its rows."""
    for fault in (*(report.get("problems") or ()), *(report.get("warnings") or ())):
        out.print(f"[yellow]{escape(_sentence(fault))}[/yellow]")
    troubled = [item for item in report.get("items") or () if item["errors"]]
    if troubled:
        out.print(_table(troubled[:MOST_SHOWN]), soft_wrap=False)
        if len(troubled) > MOST_SHOWN:
            out.print(f"另有 {len(troubled) - MOST_SHOWN} 行 and more：GET …/{report['id']}")


def _table(items: list[Mapping[str, Any]]) -> Table:
    table = Table("行 row", "列 column", "问题与处理 what is wrong, what to do")
    table.columns[0].no_wrap = True
    several = len({item["sheet"] for item in items}) > 1
    for item in items:
        row = f"{item['sheet']} {item['row']}" if several else str(item["row"])
        for error in item["errors"]:
            sentence = error["detail"].removeprefix(f"第{item['row']}行 {error['column']}：")
            table.add_row(escape(row), escape(error["column"]), escape(sentence))
            row = ""
    return table


def _sentence(fault: Mapping[str, Any]) -> str:
    return "，".join(str(fault[part]) for part in ("detail", "fix") if fault.get(part))
