"""``tanfang keys``: the keys of the service, made, put to use, looked over; never shown."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.speaking import out, plainly, refused, settings_of_environment
from api.cli.working import worked
from api.main import CannotStart, clock_of, keys_of
from api.security import Keys, load_keys, rewrite_keys, write_keys
from api.store.crypto import SealBroken, Suite
from api.usecases.keys import (
    KeyKind,
    KeyState,
    NotAhead,
    StillNeeded,
    drop_sealing_key,
    lines_of,
    make_sealing_key,
    make_signing_key,
    rotate_sealing_key,
    rotate_signing_key,
)
from api.usecases.resealing import reseal, sealed_under

keys = typer.Typer(help="密钥\n\nKeys that sign tokens and seal columns.", no_args_is_help=True)

Which = Annotated[KeyKind, typer.Argument(help="哪一种密钥 of which kind")]

_KINDS = {KeyKind.SIGNING: "签名 signing", KeyKind.SEALING: "加密 sealing"}
_STATES = {
    KeyState.CURRENT: "使用中 current",
    KeyState.AHEAD: "待启用 ahead",
    KeyState.RETIRING: "即将停用 retiring",
    KeyState.RETIRED: "已停用 retired",
}


@keys.command("new")
def new_keys(
    file: Annotated[Path, typer.Argument(help="新文件 a file that does not exist yet")],
    national: Annotated[bool, typer.Option("--national", help="采用国密 SM4-GCM、HMAC-SM3")] = False,
) -> None:
    """生成新的密钥文件，仅本人可读；请与数据库分开备份

    Make a new key file. Without it nothing sealed can be read again: back it up apart from the database.
    """
    try:
        write_keys(file, Keys.generate(Suite.NATIONAL if national else Suite.INTERNATIONAL))
    except FileExistsError as error:
        raise refused(f"{file} 已存在，不会覆盖", f"{file} exists and is not overwritten.") from error
    except OSError as error:
        raise refused(f"{file} 无法写入：{error.strerror}", f"{file} cannot be written.") from error
    out.print(
        f"已生成 {file} The keys are written.\n请设置 set: TANFANG_KEYS_FILE={file}\n下一步 next: tanfang migrate"
    )


@keys.command("make")
def make_key(kind: Which = KeyKind.SIGNING) -> None:
    """预先生成一把密钥，暂不启用；多台机器共用密钥时先分发再启用

    Make a key ahead. It is known from now on and not used yet: carry the file to every machine, then rotate.
    """
    path = _changed(make_signing_key if kind is KeyKind.SIGNING else make_sealing_key)
    out.print(
        f"已预先生成 made ahead: {_KINDS[kind]}\n请把 {path} 分发到每台机器，然后 next: tanfang keys rotate {kind}"
    )


@keys.command("rotate")
def rotate_key(
    kind: Which = KeyKind.SIGNING,
    stolen: Annotated[bool, typer.Option("--stolen", help="旧密钥已泄露，立即作废 the old one is out")] = False,
) -> None:
    """启用新密钥；运行中的服务一秒内自动换用，旧令牌到期前仍有效

    Put a new key to use. Running services take it within a second; tokens under the old one live out their time.
    """
    if kind is KeyKind.SEALING:
        _rotate_sealing()
    else:
        _rotate_signing(stolen)


def _rotate_signing(stolen: bool) -> None:
    now = clock_of(settings_of_environment())()
    path = _changed(lambda found: rotate_signing_key(found, now, stolen=stolen))
    known = "旧令牌立即失效 old tokens hold no more" if stolen else "旧令牌到期前仍有效 old tokens live out their time"
    out.print(f"已启用新密钥 in use: {_KINDS[KeyKind.SIGNING]}，{known}\n请重新备份 back up anew: {path}")


def _rotate_sealing() -> None:
    try:
        path = _changed(rotate_sealing_key)
    except NotAhead as error:
        raise refused(
            "没有预先生成的加密密钥，请先运行 tanfang keys make sealing，并等所有进程读到",
            "Make one ahead first: tanfang keys make sealing, and let every process read it.",
        ) from error
    out.print(
        f"已启用新加密密钥 in use: {_KINDS[KeyKind.SEALING]}\n请重新备份 back up anew: {path}\n"
        "下一步 next: tanfang keys reseal"
    )


@keys.command("reseal")
def reseal_all() -> None:
    """用现行加密密钥重新加密全部数据；不停服务，可中断后重来

    Seal everything anew under the current key, while the service runs; it may be stopped and begun again.
    """
    settings = settings_of_environment()
    with plainly():
        current = keys_of(settings).sealing.current
        try:
            done = worked(
                settings,
                "重新加密 sealing anew",
                lambda service, heard: reseal(service.store, settings.district, current, heard),
            )
        except SealBroken as error:
            raise refused(
                f"{error} 中有数据打不开：被移动、改动，或缺少密钥；请保留现场并上报",
                f"A value of {error} does not open: it was moved or altered, or a key is missing. Report it.",
            ) from error
    out.print(f"已重新加密 sealed anew: {done}\n下一步 next: tanfang keys check，tanfang keys drop")


@keys.command("drop")
def drop_key(number: Annotated[int, typer.Argument(help="加密密钥编号 id of a sealing key")]) -> None:
    """删除不再使用的加密密钥；旧备份仍需要它，请与旧备份一同保存

    Take a sealing key out of the file when nothing in the database needs it. Backups of its time still do.
    """
    settings = settings_of_environment()
    with plainly():
        left = worked(settings, "核对 counting", lambda service, _: sealed_under(service.store)).get(number, 0)
    if left:
        raise refused(f"还有 {left} 项用它加密，请先运行 tanfang keys reseal", f"{left} values need it: reseal first.")
    try:
        path = _changed(lambda found: drop_sealing_key(found, number))
    except StillNeeded as error:
        raise refused(f"{number} 不是已停用的加密密钥", f"{number} is no sealing key out of use.") from error
    out.print(f"已删除 dropped: {_KINDS[KeyKind.SEALING]} {number}\n请重新备份 back up anew: {path}")


@keys.command("check")
def check_keys() -> None:
    """检查密钥文件的权限和每一把密钥

    Read the keys as the service does at its start, and say what each is for. Nothing secret is shown.
    """
    settings = settings_of_environment()
    with plainly():
        found, now = keys_of(settings), clock_of(settings)()
    table = Table("用途 kind", "编号 id", "状态 state", "旧令牌有效至 vouches until")
    for line in lines_of(found, now):
        until = line.until.isoformat(timespec="seconds") if line.until else ""
        table.add_row(_KINDS[line.kind], line.key_id, _STATES[line.state], until)
    out.print(table, soft_wrap=False)
    out.print("密钥可以使用 The keys are fit for use.")


def _changed(change: Callable[[Keys], Keys]) -> Path:
    """The key file, after it was changed."""
    path = settings_of_environment().keys_file
    with plainly():
        if path is None:
            raise CannotStart("TANFANG_KEYS_FILE 未设置，环境变量里的密钥请在存放处更换（set TANFANG_KEYS_FILE）")
        changed = change(load_keys(path))
    try:
        rewrite_keys(path, changed)
    except FileExistsError as error:
        raise refused(
            f"{path}.new 已存在：另一次更换未完成，确认后删除它再试", f"{path}.new exists: another change is under way."
        ) from error
    except OSError as error:
        raise refused(f"{path} 无法写入：{error.strerror}", f"{path} cannot be written.") from error
    return path
