"""The half-yearly review."""

from tests.matrix import review_things, things
from tests.matrix.recipes.asked import Answer, Ask, Recipe, Recipes, area_of, item_answer, listed

_LATE = {"due_on.lt": "2199-12-31"}
RECIPES: Recipes = {
    "list_reviews": listed(query=_LATE),
    "show_review_figures": [
        Recipe(lists=True),
        Recipe(things.a_place, area_of, unknown=None, note="area"),
    ],
    "confirm_unchanged_reviews": [
        Recipe(
            things.on_the_roll,
            lambda thing: Ask(json={"ids": [thing.id("elder_id")]}),
            outside=Answer(207, "not_found"),
            unknown=Answer(207, "not_found"),
            answer_of=item_answer,
        )
    ],
    "show_review": [Recipe(review_things.submitted)],
    "sign_review": [Recipe(review_things.submitted)],
    "return_review": [Recipe(review_things.submitted)],
    "list_reviews_of_elder": [Recipe(review_things.submitted)],
}
