"""Work done together: whoever finds nobody at work leads, takes all that waits, and answers for all.

There is no timer: a lone request waits for nobody, and while one commit is under way the next group forms. Those who
were answered together come back together, one just before the others; so a group closes when the event loop has gone
round a few times and brought nobody more.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Generic, TypeVar

_QUIET_ROUNDS = 5  # of the event loop: some microseconds each when nothing happens

LONGEST_WAIT = 11.0  # seconds; longer than any statement lasts

T = TypeVar("T")
R = TypeVar("R")


class Gathering(Generic[T, R]):
    """``work`` gets what waited (at most ``most`` items by ``size``) and gives one result or error each.

    ``turns``: shared with others who do such work; a group is formed when its turn has come, so that it is larger
    the longer it had to wait.
    """

    def __init__(
        self,
        work: Callable[[Sequence[T]], Awaitable[Sequence[R | BaseException]]],
        *,
        most: int,
        size: Callable[[T], int] = lambda _: 1,
        turns: asyncio.Semaphore | None = None,
    ) -> None:
        self._work = work
        self._most = most
        self._size = size
        self._turns: AbstractAsyncContextManager[object] = turns or nullcontext()
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._leader: asyncio.Task[None] | None = None

    async def submit(self, item: T) -> R:
        """The result for ``item``; a caller that goes away does not cancel what it queued.

        Raises TimeoutError after ``LONGEST_WAIT``: what is under way by then may be done all the same, what still
        waits is not.
        """
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._leader is None:
            self._leader = asyncio.create_task(self._lead())
        try:
            return await asyncio.wait_for(asyncio.shield(future), LONGEST_WAIT)
        except TimeoutError:
            future.cancel()
            raise

    @property
    def idle(self) -> bool:
        return self._leader is None

    async def _lead(self) -> None:
        try:
            while self._waiting:
                async with self._turns:
                    await self._let_arrive()
                    self._waiting = deque(each for each in self._waiting if not each[1].cancelled())
                    if self._waiting:
                        await self._answer(self._next_group())
        finally:
            self._leader = None

    async def _let_arrive(self) -> None:
        """Let whoever is already at the door come in."""
        quiet = 0
        while quiet < _QUIET_ROUNDS:
            before = len(self._waiting)
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._waiting) == before else 0

    def _next_group(self) -> list[tuple[T, asyncio.Future[R]]]:
        group = [self._waiting.popleft()]
        room = self._most - self._size(group[0][0])
        while self._waiting and self._size(self._waiting[0][0]) <= room:
            room -= self._size(self._waiting[0][0])
            group.append(self._waiting.popleft())
        return group

    async def _answer(self, group: list[tuple[T, asyncio.Future[R]]]) -> None:
        results: Sequence[R | BaseException]
        try:
            results = await self._work([item for item, _ in group])
        except Exception as error:  # the leader answers for everybody: each waiter gets the error
            results = [error] * len(group)
        for (_, future), result in zip(group, results, strict=True):
            if future.done():
                continue
            if isinstance(result, BaseException):
                future.set_exception(result)
            else:
                future.set_result(result)
