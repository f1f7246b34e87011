"""The plan's milestones, and the departments' duties."""

from tests.matrix import things
from tests.matrix.recipes.asked import Answer, Ask, Recipe, Recipes, area_of
from tests.matrix.world import Thing


def _collected(thing: Thing) -> Ask:
    return Ask(path={"area": thing.village[:9], "milestone": "collected"})


RECIPES: Recipes = {
    "list_milestones": [Recipe(), Recipe(things.a_place, area_of, unknown=None, note="area")],
    "say_milestone_reached": [Recipe(things.a_place, _collected, unknown=Answer(422, "milestone_area"))],
    "list_duties": [Recipe()],
    "report_duty": [Recipe(ask=lambda thing: Ask(path={"number": 3, "year": 2026}))],
}
