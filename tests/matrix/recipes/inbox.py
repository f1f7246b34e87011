"""What waits, and what is late."""

from collections.abc import Callable

from tests.matrix import things
from tests.matrix.recipes.asked import Ask, Recipe, Recipes
from tests.matrix.world import Thing


def _of(**path: str) -> Callable[[Thing], Ask]:
    return lambda thing: Ask(query={"area": thing.village}, path=path)


RECIPES: Recipes = {
    "show_inbox": [Recipe(things.reported_away, _of(), unknown=None)],
    "list_inbox": [Recipe(things.reported_away, _of(kind="suspension"), unknown=None)],
    "show_late": [Recipe(things.a_place, _of(), unknown=None)],
    "list_late": [Recipe(things.a_place, _of(kind="task"), unknown=None)],
}
