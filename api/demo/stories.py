"""How the demo's past comes about: every story says when it goes on, and the service's clock goes with it.

A story is an async generator: it yields the instants at which it wants to go on, each not before the last.
Whatever it does after that happens through HTTP at that instant, as if somebody had done it then.
"""

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AsyncExitStack, aclosing
from datetime import datetime
from heapq import heapify, heappop, heappush

Story = AsyncGenerator[datetime, None]


async def tell(stories: Iterable[Story], until: datetime, reach: Callable[[datetime], None]) -> None:
    """Let all stories go on in the order of time. What would come after ``until`` has not happened yet.

    ``reach`` sets the clock, before every step.
    """
    async with AsyncExitStack() as stack:
        told = [await stack.enter_async_context(aclosing(story)) for story in stories]
        waiting = [(at, number) for number, story in enumerate(told) if (at := await _next(story)) is not None]
        heapify(waiting)
        while waiting and waiting[0][0] <= until:
            at, number = heappop(waiting)
            reach(at)
            following = await _next(told[number])
            if following is not None:
                heappush(waiting, (following, number))


async def _next(story: Story) -> datetime | None:
    return await anext(story, None)
