"""``tanfang push``: another system's visit records, sent until the service has them, and what became of each."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from api.cli.accounts import DEFAULT_URL, Url
from api.cli.files import KEPT_NOTHING, MOST_SHOWN, STATS, media_type_of, progress, sent_file, show_faults
from api.cli.speaking import out, plainly, refused, sign_in
from api.integrations.client import ApiClient, ApiProblem, Unreachable
from api.integrations.journals import Journal, Refusal
from api.integrations.pushing import check_lines, push_lines, write_errors, write_privately
from api.integrations.reconciling import reconcile

_ATTEMPTS = 8  # within about a minute
_LINES = frozenset({".ndjson", ".jsonl"})
_RESULTS = ("created", "updated", "unchanged", "held", "rejected")


class Exit(IntEnum):
    """What the command ends with. 2 is the command line's own: it was called wrongly."""

    DONE = 0
    REFUSED = 1  # the service refused the sender, or the file as a whole
    SOME_REJECTED = 3  # the error file holds them; or the two sides differ
    CUT = 4  # run it again, and it goes on


@dataclass(frozen=True)
class Sender:
    """Another system, or a person."""

    client_id: str | None
    username: str | None

    @property
    def option(self) -> str:
        return f"--client-id {self.client_id}" if self.client_id else f"--username {self.username}"

    def sign_in(self, api: ApiClient) -> None:
        if self.client_id is not None:
            api.sign_in_as_client(self.client_id, _ask_for_secret())
        else:
            sign_in(api, self.username or "")


def _ask_for_secret() -> str:
    """TANFANG_CLIENT_SECRET, or what is typed; never an option, which others on the machine could read."""
    known = os.environ.get("TANFANG_CLIENT_SECRET")
    return known or str(typer.prompt("客户端密钥 client secret", hide_input=True, err=True))


@dataclass
class Tally:
    """What became of a file. ``refusals``: by line, of a file of lines. ``report``, ``returned``: of a table."""

    counts: Counter[str] = field(default_factory=Counter)
    escalations: int = 0
    refusals: dict[int, Refusal] = field(default_factory=dict)
    report: Mapping[str, Any] | None = None
    returned: bytes = b""  # its refused rows, in its own layout


def push(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="ndjson、csv、xlsx")],
    url: Url = DEFAULT_URL,
    client_id: Annotated[str | None, typer.Option(help="客户端编号 client id", envvar="TANFANG_CLIENT_ID")] = None,
    username: Annotated[str | None, typer.Option(help="或用户名 or a username")] = None,
    source: Annotated[str | None, typer.Option(help="表格的数据来源 whose records a table holds")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只校验，不保存 check only, keep nothing")] = False,
    reconciled: Annotated[bool, typer.Option("--reconcile", help="推送后对账 then compare both sides")] = False,
) -> None:
    """推送探访记录，断线后再次运行即可继续；同一记录推送多少次都只算一次

    Push visit records until the service has every one of them; after a cut run it again. The secret is read from
    TANFANG_CLIENT_SECRET (a person's password from TANFANG_PASSWORD), or asked for.

    Ends with 0 when everything was taken in, 1 when the service refused, 2 when called wrongly, 3 when records were
    rejected (FILE.errors.* holds them) or --reconcile found a difference, 4 when the connection was lost: run it
    again, and it goes on.
    """
    media_type_of(file)
    if (client_id is None) == (username is None):
        raise typer.BadParameter("请给出 --client-id 或 --username one of the two")
    in_lines = file.suffix.lower() in _LINES
    if reconciled and (dry_run or not in_lines):
        raise typer.BadParameter("--reconcile 只用于正式推送的 ndjson 文件 is for ndjson that is kept")
    sender = Sender(client_id, username)
    journal = None if dry_run else Journal(file, {"url": url, "sender": sender.option, "source": source or ""})
    with plainly(), _resumable(), ApiClient(url, attempts=_ATTEMPTS) as api:
        sender.sign_in(api)
        tally = _lines(api, file, journal) if in_lines else _table(api, file, journal, source)
        compared = reconcile(api, file) if reconciled else None
    errors = _errors_of(file, tally)
    if journal is not None:
        journal.forget()
    _tell(tally, errors)
    _say_next(file, errors, tally, sender, dry_run=dry_run)
    differ = compared is not None and _tell_differences(compared)
    if tally.counts["rejected"] or differ:
        raise typer.Exit(Exit.SOME_REJECTED)


@contextmanager
def _resumable() -> Iterator[None]:
    """Who was cut off is told that the same command goes on."""
    try:
        yield
    except Unreachable as error:
        raise _cut(f"连接不上 {error}", f"Nobody answers at {error}.") from error
    except ApiProblem as error:
        if not error.passing:
            raise
        raise _cut("服务繁忙", f"The service is busy ({error.code}).") from error


def _cut(chinese: str, english: str) -> typer.Exit:
    refused(f"{chinese}；已确认的不会丢失，请稍后再次运行同一命令继续", f"{english} Run the same command to go on.")
    return typer.Exit(Exit.CUT)


def _lines(api: ApiClient, file: Path, journal: Journal | None) -> Tally:
    tally = Tally()
    with progress(file) as sent:
        for batch, outcome in push_lines(api, file, journal) if journal else check_lines(api, file):
            tally.counts.update(outcome.counts)
            tally.escalations += outcome.escalations
            tally.refusals.update({refusal.line: refusal for refusal in outcome.refusals})
            sent(batch.ends_at)
    return tally


def _table(api: ApiClient, file: Path, journal: Journal | None, source: str | None) -> Tally:
    query = {"mode": "commit" if journal else "validate"} | ({"source": source} if source else {})
    report = sent_file(api, "/v1/visit-imports", file, query, key=journal.key() if journal else None)
    if report["state"] == "failed":
        show_faults(report)
        raise refused("文件未能处理，请按上面的提示修改", "The file could not be worked through.")
    counts = Counter({name: report["stats"][name] for name in _RESULTS})
    returned = api.get(f"/v1/visit-imports/{report['id']}/errors").content if counts["rejected"] else b""
    return Tally(counts, report=report, returned=returned)


def _errors_of(file: Path, tally: Tally) -> Path | None:
    """Where the refused records lie, in the layout in which they were sent."""
    path = file.with_suffix(f".errors{file.suffix}")
    if tally.refusals:
        write_errors(file, tally.refusals, path)
    elif tally.returned:
        write_privately(path, tally.returned)
    else:
        return None
    return path


def _tell(tally: Tally, errors: Path | None) -> None:
    if tally.report is not None:
        show_faults(tally.report)
    elif tally.refusals:
        out.print(_refused(list(tally.refusals.values())[:MOST_SHOWN]), soft_wrap=False)
        if len(tally.refusals) > MOST_SHOWN:
            out.print(f"另有 {len(tally.refusals) - MOST_SHOWN} 条，见 and more in {errors}")
    counted = Table(*(STATS[name] for name in _RESULTS))
    counted.add_row(*(str(tally.counts[name]) for name in _RESULTS))
    out.print(counted, soft_wrap=False)
    if tally.escalations:
        out.print(f"[red]已登记重大风险 major risks heard: {tally.escalations}[/red]")


def _tell_differences(compared: Mapping[str, Any]) -> bool:
    """Whether the two sides differ; each record in which they do, in a table."""
    mismatched = [each["external_id"] for each in compared["mismatched"]]
    kinds = {
        "对方缺 missing": compared["missing"],
        "不一致 mismatched": mismatched,
        "本方缺 unexpected": compared["unexpected"],
    }
    period = f"{compared['period']['starts_on']} – {compared['period']['ends_on']}"
    out.print(f"对账 reconciled {period}：一致 matched {compared['matched']}")
    differences = [(kind, name) for kind, names in kinds.items() for name in names]
    if differences:
        table = Table("差异 difference", "编号 external_id")
        for kind, name in differences:
            table.add_row(kind, escape(name))
        out.print(table, soft_wrap=False)
    return bool(differences)


def _refused(refusals: list[Refusal]) -> Table:
    table = Table("行 line", "编号 external_id", "问题与处理 what is wrong, what to do")
    for refusal in refusals:
        said = "；".join(f"{each['pointer']} {each['detail']}，{each['fix']}".strip() for each in refusal.errors)
        table.add_row(str(refusal.line), escape(refusal.external_id or ""), escape(said))
    return table


def _say_next(file: Path, errors: Path | None, tally: Tally, sender: Sender, *, dry_run: bool) -> None:
    if tally.counts["held"]:
        out.print("待认定的记录由乡镇（街道）认定，无需重发 Held records wait for the township; do not resend.")
    if dry_run:
        out.print(KEPT_NOTHING)
    if errors is not None:
        out.print(f"请修改后重新推送 correct, next: tanfang push {errors} {sender.option}")
    elif dry_run:
        out.print(f"下一步 next: tanfang push {file} {sender.option}")
