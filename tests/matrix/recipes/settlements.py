"""Settling with providers."""

from tests.matrix import provider_things as forces
from tests.matrix import settlement_things as things
from tests.matrix.recipes.asked import NOT_FOUND, Ask, Recipe, Recipes, json_of
from tests.matrix.world import Thing


def _of_the_month(thing: Thing) -> Ask:
    return Ask(path={"month": things.MONTH})


RECIPES: Recipes = {
    "list_settlements": [
        Recipe(things.a_settlement, of_provider=NOT_FOUND),
        Recipe(things.ones_settlement, personal=True, note="own"),
    ],
    "propose_month": [Recipe(forces.a_contract, json_of(month=things.MONTH))],
    "show_settlement": [
        Recipe(things.a_settlement, _of_the_month, of_provider=NOT_FOUND),
        Recipe(things.ones_settlement, _of_the_month, personal=True, note="own"),
    ],
    "close_month_of_provider": [Recipe(things.a_settlement, _of_the_month)],
    "download_settlement_lines": [
        Recipe(things.a_settlement, _of_the_month, of_provider=NOT_FOUND),
        Recipe(things.ones_settlement, _of_the_month, personal=True, note="own"),
    ],
    "list_settlement_lines": [
        Recipe(things.a_settlement, _of_the_month, of_provider=NOT_FOUND),
        Recipe(things.ones_settlement, _of_the_month, personal=True, note="own"),
    ],
}
