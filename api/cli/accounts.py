"""``tanfang users``: the accounts that somebody with the machine in hand opens."""

import asyncio
from typing import Annotated

import typer

from api.cli.speaking import out, plainly, refused, settings_of_environment, sign_in
from api.deps import Service
from api.domain.access import AREA_LENGTH, FORCE_ROLES, Actor, AreaCode, Role
from api.domain.accounts import NewGrant
from api.domain.months import civil_date
from api.integrations.client import ApiClient
from api.main import clock_of, keys_of, service_for
from api.schema import newest_revision
from api.store import Trace
from api.usecases.accounts import Opened, open_account
from api.usecases.founding import found

users = typer.Typer(help="账号\n\nAccounts.", no_args_is_help=True)

Url = Annotated[str, typer.Option(help="服务地址 address of the service", envvar="TANFANG_URL")]
DEFAULT_URL = "http://127.0.0.1:8000"


@users.command("create")
def create_user(
    username: Annotated[str, typer.Option(help="用户名 username")],
    role: Annotated[Role, typer.Option(help="角色 role")] = Role.ADMIN,
    area: Annotated[str | None, typer.Option(help="区划代码，6、9 或 12 位 area; the district unless said")] = None,
    display_name: Annotated[str | None, typer.Option(help="显示名称 name shown")] = None,
) -> None:
    """新建账号并显示初始密码（只显示一次）；默认建系统管理员

    Open an account, the first administrator's unless another role is asked for; its first password is shown once.
    """
    settings = settings_of_environment()
    with plainly():
        service = service_for(settings, keys_of(settings), clock_of(settings))
        if role in FORCE_ROLES:
            raise refused("服务力量的账号请在平台上开设（/v1/users）", "Open a provider's account at /v1/users.")
        if area is None and AREA_LENGTH[role] != len(settings.district):
            raise refused(f"{role} 需要 --area（{AREA_LENGTH[role]} 位代码）", f"{role} needs --area.")
        grant = NewGrant(civil_date(service.clock()), None, role, AreaCode(area or settings.district))
        opened = asyncio.run(_open(service, username, display_name or username, grant))
    out.print(f"已建账号 account  [bold]{opened.user.username}[/bold]（{role}，{grant.area}）")
    out.print(f"初始密码 password [bold]{opened.password}[/bold]（只显示这一次 shown this once）")
    out.print(f"请先修改密码 next: tanfang users password --username {opened.user.username}")


@users.command("password")
def change_password(username: Annotated[str, typer.Option(help="用户名 username")], url: Url = DEFAULT_URL) -> None:
    """修改自己的密码（初始密码必须先修改）

    Change one's own password; a first password has to be changed before anything else.
    """
    with plainly(), ApiClient(url) as api:
        old = sign_in(api, username)
        new = typer.prompt("新密码 new password", hide_input=True, confirmation_prompt="再输一次 once more")
        api.post("/v1/me/password", {"old_password": old, "new_password": new})
    out.print("密码已修改 The password is changed.")


async def _open(service: Service, username: str, display_name: str, grant: NewGrant) -> Opened:
    store = service.store
    try:
        if await store.revision() != newest_revision():
            raise refused("请先运行 tanfang migrate", "Run tanfang migrate first.")
        await found(store, service.settings.district)
        actor = Actor.system(service.settings.district, "tanfang users create")
        trace = Trace(operation="create_user", request_id="command", source="command line")
        async with store.accounts(actor, trace) as accounts:
            opened = await open_account(accounts, username=username, display_name=display_name, grants=[grant])
            trace.saw([opened.user.id], ["username", "display_name", "grants"])
            return opened
    finally:
        await store.close()
