"""What is sealed, sealed anew under the current key while people work; the key before it is then free to go."""

from collections.abc import Callable, Mapping

from api.domain.access import Actor
from api.store import Store, Trace
from api.store.crypto import SealBroken
from api.store.resealing import SEALS, Key, Seal

TOGETHER = 200  # values in one transaction: whoever wants one of them waits for no longer
_ROUNDS = 5  # what somebody held is looked for again

Heard = Callable[[int, int | None], None]


class OtherKeys(Exception):
    """The keys are not those of this database."""


async def reseal(store: Store, district: str, current: int, heard: Heard) -> int:
    """Seal everything under the current key; answers how many values there were. It may be stopped and begun again.

    Raises SealBroken, which names the column, for a value that was moved or altered.
    """
    await store.note(Actor.system(district, "reseal"), Trace("tanfang keys reseal", "reseal", "command line"))
    total = sum(count for key, count in (await sealed_under(store)).items() if key != current)
    done = 0
    for _ in range(_ROUNDS):
        for seal in SEALS:
            done = await _whole(store, seal, done, lambda number: heard(number, total))
        if not {key for key in await sealed_under(store) if key != current}:
            return done
    return done


async def sealed_under(store: Store) -> Mapping[int, int]:
    """How many values each key still has to open."""
    async with store.chores(writes=False) as chores:
        return await chores.resealing.counts()


async def require_fitting_keys(store: Store) -> None:
    """Raises OtherKeys where a value does not open or an index does not find, before anybody writes beside them."""
    try:
        async with store.chores(writes=False) as chores:
            fits = await chores.resealing.samples()
    except SealBroken as error:
        raise OtherKeys(str(error)) from error
    if not fits:
        raise OtherKeys("elders.resident_id_index")


async def _whole(store: Store, seal: Seal, done: int, heard: Callable[[int], None]) -> int:
    """One column to its end; answers ``done`` and how many values it had."""
    after: Key | None = None
    while True:
        async with store.chores() as chores:
            after, sealed = await chores.resealing.reseal(seal, after, TOGETHER)
        done += sealed
        heard(done)
        if after is None:
            return done
