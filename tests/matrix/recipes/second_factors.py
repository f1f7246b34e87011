"""One's own second factor, and taking back that of somebody managed."""

from tests.accounts.signing import PASSWORD
from tests.matrix import second_factor_things as things
from tests.matrix.recipes.asked import Ask, Recipe, Recipes, json_of
from tests.matrix.world import Thing


def _with_code(thing: Thing) -> Ask:
    return Ask(json={"otp": thing.words.get("otp", "000000")})


RECIPES: Recipes = {
    "show_second_factor": [Recipe(things.none_yet, placed=False, personal=True)],
    "enrol_second_factor": [Recipe(things.none_yet, json_of(password=PASSWORD), placed=False)],
    "confirm_second_factor": [Recipe(things.one_that_waits, _with_code, placed=False)],
    "renew_recovery_codes": [Recipe(things.one_in_use, _with_code, placed=False)],
    "remove_second_factor": [Recipe(things.one_in_use, _with_code, placed=False)],
    "reset_user_second_factor": [Recipe(things.an_account_with_one)],
}
