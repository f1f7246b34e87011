"""The audit as a chain: linked by the worker, signed where it ends, and checked from beginning to end."""

from collections.abc import Callable, Sequence

from api.domain.audit_chain import Break, Broken, Checkpoint, Walk
from api.store import Store

MOST_TOGETHER = 5000
MOST_SHOWN = 100

Heard = Callable[[int, int], None]


async def link_up(store: Store) -> int:
    """Bring every entry that rests into the chain, in short transactions; answers how many there were."""
    linked = 0
    while True:
        async with store.chores() as chores:
            more = await chores.audit_chain.extend(MOST_TOGETHER)
        linked += more
        if more < MOST_TOGETHER:
            return linked


async def checkpoint(store: Store) -> Checkpoint | None:
    """The end of the chain now, everything linked that can be; None before there is an entry."""
    await link_up(store)
    async with store.chores(writes=False) as chores:
        return await chores.audit_chain.checkpoint()


async def verify_audit(store: Store, checkpoints: Sequence[Checkpoint], heard: Heard) -> list[Broken]:
    """Whatever is broken in the chain, first things first, at most ``MOST_SHOWN`` of them."""
    broken: list[Broken] = []
    async with store.chores(writes=False) as chores:
        chain = chores.audit_chain
        total, walk = await chain.length(), Walk({each.position: each for each in checkpoints})
        done = 0
        async for links in chain.links():
            steps = (walk.step(link, entry) for link, entry in links)
            broken += [found for found in steps if found is not None]
            done += len(links)
            heard(done, total)
            if len(broken) >= MOST_SHOWN:
                return broken[:MOST_SHOWN]
        if (cut := walk.end()) is not None:
            broken.append(cut)
        broken += [Broken(Break.NOT_LINKED, None, seq) for seq in await chain.never_linked()]
    return broken
