"""The working calendar."""

from tests.matrix import calendar_things as things
from tests.matrix.recipes.asked import Ask, Recipe, Recipes

RECIPES: Recipes = {
    "show_calendar": [Recipe()],
    "set_calendar_day": [Recipe(ask=lambda thing: Ask(path={"day": "2026-11-20"}))],
    "unset_calendar_day": [
        Recipe(things.a_day_off, lambda thing: Ask(path={"day": thing.words["day"]}), placed=False),
    ],
}
