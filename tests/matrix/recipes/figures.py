"""What is owed, and what was done."""

from tests.matrix import things
from tests.matrix.recipes.asked import Answer, Ask, Recipe, Recipes, area_of, listed, of_elder

_OWN_RATES = Answer(403, "own_rates_only")
RECIPES: Recipes = {
    "show_worklist": listed(),
    "list_obligations": [*listed(), *of_elder()],
    "show_visit_rates": [
        Recipe(lists=True, of_provider=_OWN_RATES),
        Recipe(things.a_place, area_of, unknown=None, of_provider=_OWN_RATES, note="area"),
        Recipe(ask=lambda thing: Ask(query={"by": "provider"}), note="provider"),
    ],
    "list_counted_elders": listed(query={"in": "due"}),
}
