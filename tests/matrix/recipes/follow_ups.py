"""Follow-ups: what was heard, what waits, how often it helped."""

from tests.matrix import follow_up_things as things
from tests.matrix.recipes.asked import EMPTY, Ask, Recipe, Recipes, listed
from tests.matrix.things import a_place

RECIPES: Recipes = {
    "list_follow_ups": [
        *listed(),
        Recipe(
            things.heard,
            lambda thing: Ask(query={"elder_id": thing.id("elder_id")}),
            outside=EMPTY,
            unknown=EMPTY,
            note="elder",
        ),
        Recipe(
            things.heard,
            lambda thing: Ask(query={"case_id": thing.id("case_id")}),
            outside=EMPTY,
            unknown=EMPTY,
            note="case",
        ),
    ],
    "list_due_follow_ups": listed(),
    "show_follow_up_success": [
        Recipe(),
        Recipe(a_place, lambda thing: Ask(query={"area": thing.village}), unknown=None, note="area"),
    ],
    "show_follow_up": [Recipe(things.heard)],
    "inspect_follow_up": [Recipe(things.heard_by_itself)],
    "follow_up_need": [Recipe(things.a_need_met)],
}
