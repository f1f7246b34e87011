"""``tanfang sandbox``: made-up elders for whoever writes a system that is to talk to this service."""

import asyncio

import httpx

from api.cli.speaking import out, plainly, settings_of_environment
from api.main import clock_of, create_app, enveloped, keys_of
from api.settings import Settings


def sandbox() -> None:
    """建立沙箱，或恢复到最初：虚构的老年人、服务机构和合同，供对接开发人员联调，不影响真实数据

    Make the sandbox, or make it as it was in the beginning: made-up elders, a centre and its contract.
    Clients for it are opened at /v1/clients with "sandbox": true; they reach nobody else, and no other client them.
    """
    from api.demo.sandbox import OFFICE, make_sandbox  # late: nothing else needs the makers of made-up people

    settings = settings_of_environment()

    async def made(settings: Settings) -> None:
        app = create_app(settings, keys=keys_of(settings), clock=clock_of(settings))
        transport = httpx.ASGITransport(app=enveloped(app, settings))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=600) as client,
        ):
            done = await make_sandbox(app.state.service, client)
        out.print(f"沙箱已就绪 The sandbox is ready：老年人 elders {done.elders}")
        if done.password:
            out.print(f"沙箱经办账号 its office  [bold]{OFFICE}[/bold]  密码 password [bold]{done.password}[/bold]")
            out.print("密码只显示这一次 shown this once")
        out.print('下一步 next: POST /v1/clients，"sandbox": true')

    with plainly():
        asyncio.run(made(settings))
