"""A list acted on as a list: each for itself, in one transaction; what one cannot have done does not stop another."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from api.domain.errors import DomainError, Fault, NotFound, Refused
from api.store import Registers


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one of many: how it stands, or what was wrong."""

    id: UUID
    state: str | None
    faults: tuple[Fault, ...] = ()


async def each_apart(
    registers: Registers,
    ids: Sequence[UUID],
    elders: Mapping[UUID, UUID],
    act: Callable[[UUID], Awaitable[str]],
) -> list[Done]:
    """Do the same with many things of elders, in the order asked for; ``act`` answers the state it led to.

    ``elders``: thing → whose it is, of those in sight. Elders are held first, in their own order, so that two
    lists at once never wait for each other in a circle.
    """
    await registers.elders.many(elders.values(), lock=True)
    order = sorted(dict.fromkeys(ids), key=lambda each: (str(elders.get(each, "")), each))
    done = {each: await _apart(registers, each, act, known=each in elders) for each in order}
    return [done[each] for each in ids]


async def _apart(registers: Registers, case_id: UUID, act: Callable[[UUID], Awaitable[str]], *, known: bool) -> Done:
    if not known:
        return Done(case_id, None, (Fault(NotFound().code),))
    try:
        async with registers.apart():
            return Done(case_id, await act(case_id))
    except Refused as refused:
        return Done(case_id, None, refused.faults)
    except DomainError as error:
        return Done(case_id, None, (Fault(error.code, "", error.params),))
