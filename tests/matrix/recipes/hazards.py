"""Safety hazards."""

from tests.matrix import hazard_things as things
from tests.matrix.recipes.asked import EMPTY, Answer, Ask, Recipe, Recipes, listed
from tests.matrix.things import on_the_roll
from tests.matrix.world import Thing

_NO_SUCH_ELDER = Answer(422, "elder_unknown")


def _of_elder(thing: Thing) -> Ask:
    return Ask(json={"elder_id": thing.id("elder_id")})


RECIPES: Recipes = {
    "list_hazards": [
        *listed(),
        Recipe(
            things.a_hazard,
            lambda thing: Ask(query={"elder_id": thing.id("elder_id")}),
            outside=EMPTY,
            unknown=EMPTY,
            note="elder",
        ),
    ],
    "report_hazard": [Recipe(on_the_roll, _of_elder, outside=_NO_SUCH_ELDER, unknown=_NO_SUCH_ELDER)],
    "show_hazard": [Recipe(things.a_hazard)],
    "remind_of_hazard": [Recipe(things.a_hazard)],
    "resolve_hazard": [Recipe(things.a_hazard)],
    "escalate_hazard": [Recipe(things.a_hazard)],
}
