"""Work on the database from the command line itself, with a bar as long as it lasts."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.cli.speaking import err
from api.deps import Service
from api.main import clock_of, keys_of, service_for
from api.settings import Settings

T = TypeVar("T")
Heard = Callable[[int, int | None], None]  # how much is done, and of how much where that is known


def worked(settings: Settings, title: str, work: Callable[[Service, Heard], Coroutine[Any, Any, T]]) -> T:
    """What ``work`` comes to, with a service of its own that is closed again."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        service = service_for(settings, keys_of(settings), clock_of(settings), patient=True)
        task = bar.add_task(title, total=None)

        async def to_the_end() -> T:
            try:
                return await work(service, lambda done, total: bar.update(task, completed=done, total=total))
            finally:
                await service.store.close()

        return asyncio.run(to_the_end())
