"""Closing months."""

from collections.abc import Sequence

from tests.matrix import things
from tests.matrix.recipes.asked import Ask, Recipe, Recipes
from tests.matrix.world import Thing

_PATH = {"month": "2026-10"}


def _of_a_month(*, lists: bool) -> Sequence[Recipe]:
    def of_area(thing: Thing) -> Ask:
        return Ask(path=_PATH, query={"area": thing.village})

    return [
        Recipe(ask=lambda thing: Ask(path=_PATH, query={"by": "village"} if lists else None), lists=lists),
        Recipe(things.a_place, of_area, unknown=None, note="area"),
    ]


RECIPES: Recipes = {
    "list_month_closings": [Recipe()],
    "create_month_closing": [Recipe(ask=lambda thing: Ask(json={"month": "2026-09"}))],
    "show_month_closing": _of_a_month(lists=True),
    "list_closing_changes": _of_a_month(lists=False),
}
