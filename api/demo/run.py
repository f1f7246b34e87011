"""`tanfang demo`: a made-up district from nothing to a running service, with somebody to sign in for each role.

Everything lies in ``var/demo/``: database, keys, credentials, and the files that were taken in, as an office
would have them. What was only half made, or by another version, is thrown away and made again.
"""

import asyncio
import json
import os
import shutil
from collections.abc import Collection
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from api.schema import migrate, newest_revision
from api.security import Keys, write_keys
from api.settings import Mode, Settings

FOLDER = Path("var/demo")
ELDERS = 2000
_READY = "ready"


def settings_for(folder: Path, port: int) -> Settings:
    """Demo mode: this machine only, random keys of its own."""
    return Settings(
        mode=Mode.DEMO,
        database_url=SecretStr(f"sqlite:///{folder / 'tanfang.db'}"),
        keys_file=folder / "keys.json",
        host="127.0.0.1",
        port=port,
        log_level="WARNING",
        drain_seconds=0,
    )


def prepare(
    folder: Path, port: int, console: Console, *, elders: int = ELDERS, villages: Collection[str] = ()
) -> Settings:
    """Make the demo's district unless it is there whole and of this version; answers the settings to serve it with.

    ``villages``: the codes of those that have elders; all of them unless said.
    """
    settings, schema = settings_for(folder, port), newest_revision() or ""
    ready = folder / _READY
    if not ready.exists() or ready.read_text("utf-8") != schema:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        _make(folder, settings, console, elders, villages)
        ready.write_text(schema, "utf-8")
    return settings


def _make(folder: Path, settings: Settings, console: Console, elders: int, villages: Collection[str]) -> None:
    from api.demo.past import make_past  # late: not needed for a second start

    keys = Keys.generate()
    write_keys(folder / "keys.json", keys)
    migrate(settings)
    staff, centre = asyncio.run(make_past(folder, settings, keys, console, elders, villages))
    credentials = [
        {"role": each.role, "username": each.username, "password": each.password, "area": each.areas[0]}
        for each in staff.members
        if each.password
    ]
    _write_private(folder / "credentials.json", json.dumps(credentials, ensure_ascii=False, indent=2))
    client = {"TANFANG_CLIENT_ID": centre.client_id, "TANFANG_CLIENT_SECRET": centre.secret}
    _write_private(folder / "client.env", "".join(f"export {name}={value}\n" for name, value in client.items()))


def show_credentials(folder: Path, port: int, console: Console) -> None:
    """Who can sign in, for people who look rather than read."""
    table = Table("角色 role", "用户名 username", "密码 password", "管辖 area", title="演示账号 demo accounts")
    for credential in json.loads((folder / "credentials.json").read_text("utf-8")):
        table.add_row(*credential.values())
    console.print(table)
    console.print(f"\n服务中心信息系统 a provider's system（{folder / 'client.env'}）")
    console.print((folder / "client.env").read_text("utf-8"))
    console.print(f"接口文档 docs      http://127.0.0.1:{port}/docs")
    console.print(f"账号文件 accounts  {folder / 'credentials.json'}")


def _write_private(path: Path, content: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
