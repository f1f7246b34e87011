"""Forces, contracts with them, whom they are sent to."""

from tests.matrix import provider_things as things
from tests.matrix.recipes.asked import Answer, Ask, Recipe, Recipes, any_version, listed
from tests.matrix.things import a_place
from tests.matrix.world import Thing


def _of_place(thing: Thing) -> Ask:
    return Ask(json={"area": thing.village})


RECIPES: Recipes = {
    "list_providers": listed(),
    "add_provider": [Recipe(a_place, _of_place, unknown=Answer(422, "division_unknown"))],
    "show_provider": [Recipe(things.a_provider)],
    "change_provider": [Recipe(things.a_provider, lambda thing: any_version(area=thing.village)(thing))],
    "suspend_provider": [Recipe(things.a_provider)],
    "resume_provider": [Recipe(things.a_suspended_provider)],
    "remove_provider": [Recipe(things.a_provider)],
    "list_contracts": listed(),
    "list_contracts_of_provider": [Recipe(things.a_contract)],
    "add_contract": [Recipe(things.a_provider, lambda thing: Ask(json={"areas": [thing.village]}))],
    "show_contract": [Recipe(things.a_contract)],
    "change_contract": [Recipe(things.a_contract, lambda thing: any_version(areas=[thing.village])(thing))],
    "end_contract": [Recipe(things.a_contract)],
}
