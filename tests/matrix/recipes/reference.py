"""What everybody looks up, and what the district sets."""

from tests.matrix import things
from tests.matrix.recipes.asked import Answer, Ask, Recipe, Recipes


def _new_village(township: str) -> dict[str, str]:
    number = things.next_number()
    return {"code": f"{township}{900 + number % 99}", "name": f"新{number}村村委会", "short_name": f"新{number}村"}


RECIPES: Recipes = {
    "list_divisions": [Recipe()],
    "show_division_tree": [Recipe()],
    "list_code_tables": [Recipe()],
    "show_code_table": [Recipe(ask=lambda thing: Ask(path={"name": "tier"}))],
    "list_error_codes": [Recipe()],
    "show_policy": [Recipe()],
    "list_policy_versions": [Recipe()],
    "create_division": [
        Recipe(
            things.a_place,
            lambda thing: Ask(json=_new_village(thing.village[:9])),
            unknown=Answer(422, "division_parent_unknown"),
        )
    ],
    "create_policy_version": [
        Recipe(
            things.a_place,
            lambda thing: Ask(json={"area": thing.village[:9], "version": f"{thing.village} 2027"}),
            unknown=Answer(422, "division_unknown"),
        )
    ],
    "simulate_policy": [Recipe(things.a_place, lambda thing: Ask(json={"area": thing.village}), unknown=None)],
    "set_tracking": [
        Recipe(
            things.a_place,
            lambda thing: Ask(json={"area": thing.village, "starts_on": "2023-07-01"}),
            unknown=Answer(422, "division_unknown"),
        )
    ],
}
