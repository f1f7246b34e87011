"""``tanfang obligations``: a second look at everything that judging has stored, and judging it anew."""

import typer
from rich.markup import escape
from rich.table import Table

from api.cli.speaking import out, plainly, settings_of_environment
from api.cli.working import Heard, worked
from api.deps import Service
from api.usecases.planning import rebuild
from api.usecases.verifying import Difference, verify

obligations = typer.Typer(
    help="应访与探访率的核对\n\nChecks of what is stored about visits owed.", no_args_is_help=True
)

_MOST_SHOWN = 100


@obligations.command("verify")
def verify_obligations() -> None:
    """按原始事实重新判断，列出与存储结果的每处差异（服务运行时也可核对）

    Judge everything again from the raw facts and name every difference, while the service runs or not.
    """
    with plainly():
        differences = worked(settings_of_environment(), "核对 verifying", _differences)
    if not differences:
        out.print("没有差异 No differences.")
        return
    table = Table("表 table", "键 key", "列 column", "存储 stored", "应为 expected")
    for each in differences[:_MOST_SHOWN]:
        key = " ".join(each.key.values())
        cells = (each.table, key, each.column, str(each.stored), str(each.expected))
        table.add_row(*map(escape, cells))
    out.print(table, soft_wrap=False)
    out.print(f"共 {len(differences)} 处差异 differences.\n重新计算 next: tanfang obligations rebuild")
    raise typer.Exit(1)


@obligations.command("rebuild")
def rebuild_obligations() -> None:
    """重新计算所有已编排月份（请在无人写入时运行）

    Judge every planned month anew and add up its sums. Run it while nobody writes.
    """
    with plainly():
        count = worked(settings_of_environment(), "重算 rebuilding", _rebuilt)
    out.print(f"已重算 {count} 个村月 village-months judged anew.\n核对 next: tanfang obligations verify")


async def _differences(service: Service, heard: Heard) -> list[Difference]:
    return [each async for each in verify(service.store, service.settings.district, heard)]


async def _rebuilt(service: Service, heard: Heard) -> int:
    return await rebuild(service.store, service.settings.district, heard)
