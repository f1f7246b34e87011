"""Where elders are whom nobody met, deaths the district looks into, refusals that are too many."""

from tests.matrix import whereabouts_things as things
from tests.matrix.recipes.asked import EMPTY, Ask, Recipe, Recipes, area_of, listed
from tests.matrix.things import a_place


def _of_elder(recipe: Recipe) -> Recipe:
    """The list of one elder's: nothing about one out of reach."""
    return Recipe(
        recipe.makes,
        lambda thing: Ask(query={"elder_id": thing.id("elder_id")}),
        outside=EMPTY,
        unknown=EMPTY,
        note="elder",
    )


_CHECK, _REVIEW = Recipe(things.a_check), Recipe(things.a_review)

RECIPES: Recipes = {
    "list_whereabouts_checks": [*listed(), _of_elder(_CHECK)],
    "get_whereabouts_check": [_CHECK],
    "answer_whereabouts_check": [_CHECK],
    "list_incident_reviews": [*listed(), _of_elder(_REVIEW)],
    "get_incident_review": [_REVIEW],
    "conclude_incident_review": [_REVIEW],
    "list_refusals": [Recipe(a_place, area_of, unknown=None, note="area")],
}
