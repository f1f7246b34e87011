"""Extra visits, stand-downs, warnings, festivals."""

from tests.matrix import surge_things as things
from tests.matrix.recipes.asked import Answer, Ask, Recipe, Recipes, listed
from tests.matrix.things import a_place

_NOT_MINE = Answer(422, "division_unknown")

RECIPES: Recipes = {
    "list_surges": listed(),
    "propose_surge": [
        Recipe(a_place, lambda thing: Ask(json={"areas": [thing.village]}), outside=_NOT_MINE, unknown=_NOT_MINE)
    ],
    "list_signals": listed(),
    "report_signal": [
        Recipe(
            things.a_signal,
            lambda thing: Ask(json={"adcode": thing.village, "event": "update", **thing.words}),
            outside=_NOT_MINE,
            unknown=_NOT_MINE,
        )
    ],
    "show_surge": [
        Recipe(things.an_open_surge),
        Recipe(
            things.an_open_surge,
            lambda thing: Ask(query={"area": thing.village}),
            note="area",
        ),
    ],
    "list_not_reached": [Recipe(things.an_open_surge)],
    "open_surge": [Recipe(things.a_proposed_surge)],
    "extend_surge": [Recipe(things.an_open_surge)],
    "end_surge": [Recipe(things.an_open_surge)],
    "cancel_surge": [Recipe(things.an_open_surge)],
    "list_festivals": [Recipe()],
    "set_festival_window": [Recipe(ask=lambda thing: Ask(path={"year": 2027, "festival": "mid_autumn"}))],
}
