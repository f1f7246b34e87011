"""Every thing with a state lives by one table, and nothing happens to it that its table does not say."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import api.domain
from api.domain.errors import WrongState
from api.domain.machines import Machine


def _lives() -> Iterator[tuple[str, Machine[Any, Any]]]:
    for module in iter_modules(api.domain.__path__):
        for name, found in vars(import_module(f"api.domain.{module.name}")).items():
            if isinstance(found, Machine) and name.endswith("LIFE"):
                yield f"{module.name}.{name}", found


LIVES = dict(_lives())
of_every_life = pytest.mark.parametrize("life", LIVES.values(), ids=list(LIVES))


def states_of(life: Machine[Any, Any]) -> list[Any]:
    """All states that a thing may be in, whether or not anything leads there."""
    return list(type(next(iter(next(iter(life.moves.values())).allowed))))


@of_every_life
def test_every_command_has_a_place_in_the_table(life: Machine[Any, Any]) -> None:
    assert set(life.moves) == set(type(next(iter(life.moves))))


@of_every_life
def test_every_state_leads_somewhere_or_was_led_to(life: Machine[Any, Any]) -> None:
    entered = {move.to for move in life.moves.values()}
    left = {state for move in life.moves.values() for state in move.allowed}
    assert entered | left >= set(states_of(life)) - {None}


@of_every_life
@given(data=st.data())
def test_a_random_walk_follows_the_table(life: Machine[Any, Any], data: st.DataObject) -> None:
    state = data.draw(st.sampled_from(states_of(life)))
    for command in data.draw(st.lists(st.sampled_from(list(life.moves)), max_size=30)):
        if command not in life.commands(state):
            with pytest.raises(WrongState) as refused:
                life.after(command, state)
            assert refused.value.params["state"] == state
            continue
        reached = life.after(command, state)
        assert reached == (life.moves[command].to or state)
        state = reached
