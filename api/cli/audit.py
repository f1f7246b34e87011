"""``tanfang audit``: the chain over the audit checked, and its end signed for keeping elsewhere."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.speaking import out, plainly, refused, settings_of_environment
from api.cli.working import worked
from api.domain.audit_chain import Broken, Checkpoint
from api.main import keys_of
from api.messages.code_words import CODE_TABLES
from api.security import Keys, StatementRefused, read_checkpoint, sign_checkpoint
from api.usecases.auditing import checkpoint, verify_audit

audit = typer.Typer(help="审计记录的核对\n\nThe audit: a chain that shows whoever touched it.", no_args_is_help=True)

_WORDS = {each.code: each.zh for each in CODE_TABLES["break"].codes}


@audit.command("checkpoint")
def make_checkpoint(
    folder: Annotated[Path, typer.Argument(help="存放检查点的文件夹，最好在别的机器上 best on another machine")],
) -> None:
    """签发审计链当前末端的检查点；请保存到别处

    Sign where the chain ends now. Kept elsewhere, it shows later whether the past was written anew.
    """
    settings = settings_of_environment()
    with plainly():
        keys = keys_of(settings)
        found = worked(settings, "连接 linking", lambda service, _: checkpoint(service.store))
    if found is None:
        raise refused("还没有审计记录", "There is no entry yet.")
    place = folder / f"audit-{found.position:012d}.checkpoint"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place.write_text(sign_checkpoint(keys, found) + "\n", "ascii")
    except OSError as error:
        raise refused(f"{place} 无法写入：{error.strerror}", f"{place} cannot be written.") from error
    out.print(
        f"检查点 checkpoint {place}（第 {found.position} 条 links）\n"
        f"核对 next: tanfang audit verify --checkpoint {place}"
    )


@audit.command("verify")
def verify(
    checkpoints: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", exists=True, dir_okay=False, help="保存在别处的检查点 kept elsewhere"),
    ] = None,
) -> None:
    """从头核对审计链；任何改动、删除、插入都会指出是哪一条

    Check the chain from its beginning and name whatever was changed, taken away or slipped in.
    """
    settings = settings_of_environment()
    with plainly():
        keys = keys_of(settings)
        known = [_read(keys, each) for each in checkpoints or []]
        broken = worked(settings, "核对 verifying", lambda service, heard: verify_audit(service.store, known, heard))
    if not broken:
        out.print(f"审计链完整 The chain is whole；检查点 checkpoints: {len(known)}")
        return
    out.print(_table(broken), soft_wrap=False)
    raise refused(
        f"审计链有 {len(broken)} 处问题，请保留现场并上报",
        f"{len(broken)} breaks: change nothing, and report.",
    )


def _table(broken: list[Broken]) -> Table:
    table = Table("问题 what", "链上位置 position", "记录 entry")
    for each in broken:
        table.add_row(f"{_WORDS[each.what.value]} {each.what.value}", str(each.position or "–"), str(each.seq or "–"))
    return table


def _read(keys: Keys, place: Path) -> Checkpoint:
    try:
        return read_checkpoint(keys, place.read_text("ascii").strip())
    except (StatementRefused, UnicodeDecodeError, OSError) as error:
        raise refused(
            f"{place} 不是本服务签发的检查点", f"{place} is no checkpoint that this service has signed."
        ) from error
