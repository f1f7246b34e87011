"""What may follow what: every thing with a state has one table of commands, and this is its shape."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from api.domain.errors import WrongState

S = TypeVar("S", bound=StrEnum)
C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """From which states a command leads, and where to; without ``to`` the state is kept."""

    allowed: frozenset[S]
    to: S | None


def move(*allowed: S, to: S | None = None) -> Move[S]:
    return Move(frozenset(allowed), to)


@dataclass(frozen=True, slots=True)
class Machine(Generic[S, C]):
    """The whole life of a thing: command → move."""

    moves: Mapping[C, Move[S]]

    def after(self, command: C, state: S) -> S:
        """The state that ``command`` leads to. Raises WrongState, which names those it leads from."""
        step = self.moves[command]
        if state not in step.allowed:
            raise WrongState(state.value, sorted(each.value for each in step.allowed))
        return step.to or state

    def allowed(self, command: C) -> frozenset[S]:
        return self.moves[command].allowed

    def commands(self, state: S) -> Iterator[C]:
        """What may be done with a thing in this state."""
        return (command for command, step in self.moves.items() if state in step.allowed)
