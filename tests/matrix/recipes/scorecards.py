"""What a provider did in a month."""

from tests.matrix import provider_things as things
from tests.matrix.recipes.asked import NOT_FOUND, Recipe, Recipes

RECIPES: Recipes = {
    "show_scorecard": [
        Recipe(things.a_provider, of_provider=NOT_FOUND),
        Recipe(things.ones_provider, personal=True, note="own"),
    ]
}
