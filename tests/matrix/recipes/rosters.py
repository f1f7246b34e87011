"""The workers of forces, and what they were taught."""

from tests.matrix import provider_things as things
from tests.matrix.recipes.asked import Ask, Recipe, Recipes, any_version, listed
from tests.matrix.things import a_place
from tests.matrix.world import Thing


def _of_village(thing: Thing) -> Ask:
    return Ask(json={"village": thing.village, "name": things.a_name()})


RECIPES: Recipes = {
    "list_workers": listed(),
    "add_neighbour": [Recipe(a_place, _of_village)],
    "show_worker": [Recipe(things.a_neighbour)],
    "change_worker": [Recipe(things.a_neighbour, lambda thing: any_version(name=things.a_name())(thing))],
    "vet_worker": [Recipe(things.somebody_named)],
    "suspend_worker": [Recipe(things.a_neighbour)],
    "resume_worker": [Recipe(things.a_suspended_neighbour)],
    "remove_worker": [Recipe(things.a_neighbour)],
    "list_workers_of_provider": [Recipe(things.a_neighbour)],
    "list_roster_of_provider": [Recipe(things.a_neighbour)],
    "add_worker": [Recipe(things.an_own_force, lambda thing: Ask(json={"name": things.a_name()}))],
    "list_trainings_of_provider": [Recipe(things.an_own_force)],
    "add_training": [Recipe(things.an_own_force)],
}
