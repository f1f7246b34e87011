"""The audit, and an elder's own part of it."""

from tests.matrix import things
from tests.matrix.recipes.asked import Recipe, Recipes

RECIPES: Recipes = {
    "list_audit_events": [Recipe()],
    "list_accesses": [Recipe(things.on_the_roll)],
    "erase": [Recipe(things.who_left)],
}
