"""What makes, suspends and ends duty."""

from tests.matrix import things
from tests.matrix.recipes.asked import (
    NOT_FOUND,
    Answer,
    Ask,
    Recipe,
    Recipes,
    and_of_another,
    item_answer,
    listed,
    of_elder,
)

_OTHER_CONSENT = things.part_of_another(things.with_word_of_guardian)
_OTHER_SUSPENSION = things.part_of_another(things.reported_away)
RECIPES: Recipes = {
    "confirm_elder": [Recipe(things.a_verified)],
    "decline_elder": [Recipe(things.a_verified)],
    "list_consents": [Recipe(things.with_word_of_guardian)],
    "record_consent": [Recipe(things.on_the_roll)],
    "approve_consent": and_of_another(Recipe(things.with_word_of_guardian), _OTHER_CONSENT),
    "exit_elder": [Recipe(things.on_the_roll)],
    "reinstate_elder": [Recipe(things.who_left)],
    "re_enter_elder": [Recipe(things.who_left)],
    "list_suspensions": [Recipe(things.away)],
    "list_all_suspensions": listed(),
    "confirm_all_suspensions": [
        Recipe(
            things.reported_away,
            lambda thing: Ask(json={"ids": [thing.id("suspension_id")]}),
            outside=Answer(207, "not_found"),
            unknown=Answer(207, "not_found"),
            answer_of=item_answer,
        )
    ],
    "suspend_elder": [Recipe(things.on_the_roll)],
    "confirm_suspension": and_of_another(Recipe(things.reported_away), _OTHER_SUSPENSION),
    "reject_suspension": and_of_another(Recipe(things.reported_away), _OTHER_SUSPENSION),
    "end_suspension": and_of_another(Recipe(things.away), _OTHER_SUSPENSION),
    "renew_suspension": and_of_another(Recipe(things.away), _OTHER_SUSPENSION),
    "raise_tier": [Recipe(things.on_the_roll)],
    "include_elder": [Recipe(things.outside_every_category)],
    "set_elder_frequency": [Recipe(things.on_the_roll)],
    "transfer_elder": [
        Recipe(things.on_the_roll, lambda thing: Ask(json={"village": things.beside(thing.village)})),
        Recipe(
            things.bound_for,
            lambda thing: Ask(json={"village": thing.village}),
            outside=Answer(202),
            unknown=Answer(422, "village_code_unknown"),
            note="destination",
        ),
    ],
    "review_elder": [Recipe(things.on_the_roll)],
    "list_tasks": [*listed(), *of_elder()],
    "finish_task": [Recipe(things.a_task, of_provider=NOT_FOUND), Recipe(things.a_check, note="on a visit")],
    "list_exceptions": listed(),
    "approve_exception": [Recipe(things.an_exception)],
    "reject_exception": [Recipe(things.an_exception)],
}
