"""Visit records."""

from tests.matrix import things
from tests.matrix.recipes.asked import (
    OWN_RECORD,
    RECORD,
    Answer,
    Ask,
    Recipe,
    Recipes,
    item_answer,
    listed,
    name_of,
    of_elder,
)
from tests.visits.rounds import at, refused
from tests.visits.test_intake import a_visit

RECIPES: Recipes = {
    "post_visit": [
        Recipe(
            things.on_the_roll,
            lambda thing: Ask(json=a_visit(thing.id("elder_id"))),
            outside=Answer(422, "elder_unknown"),
            unknown=Answer(422, "elder_unknown"),
        ),
        Recipe(
            things.told_of,
            lambda thing: Ask(json=a_visit(None, elder={"village": thing.village, "name": name_of(thing)})),
            outside=Answer(422, "elder_unknown"),
            unknown=Answer(422, "elder_unknown"),
            note="name",
        ),
    ],
    "post_visits": [
        Recipe(
            things.on_the_roll,
            lambda thing: Ask(json={"items": [a_visit(thing.id("elder_id"))]}),
            outside=Answer(207, "elder_unknown"),
            unknown=Answer(207, "elder_unknown"),
            answer_of=item_answer,
        )
    ],
    "list_visits": [*listed(), *of_elder()],
    "reconcile_visits": [Recipe()],
    "show_visit": [Recipe(RECORD)],
    "show_credit": [Recipe(RECORD)],
    "amend_visit": [
        Recipe(
            OWN_RECORD,
            lambda thing: Ask(json={"reason": "写错了", "record": a_visit(thing.id("elder_id"), mood="worse")}),
        )
    ],
    "return_visit": [Recipe(RECORD)],
    "void_visit": [Recipe(RECORD)],
    "withdraw_visit": [Recipe(OWN_RECORD)],
    "accept_visit": [Recipe(things.a_record(**at("2026-08-03")))],
    "confirm_refusal": [Recipe(things.a_record(**refused("2026-11-02")))],
    "list_held_visits": listed(),
    "assign_held_visit": [
        Recipe(things.a_held_record, lambda thing: Ask(json={"elder_id": thing.id("elder_id")})),
        Recipe(
            things.to_be_assigned,
            lambda thing: Ask(json={"elder_id": thing.id("elder_id")}),
            outside=Answer(422, "elder_unknown"),
            unknown=Answer(422, "elder_unknown"),
            note="elder",
        ),
    ],
    "assign_held_visits": [
        Recipe(
            things.a_held_record,
            lambda thing: Ask(json={"items": [{"held_id": thing.id("held_id"), "elder_id": thing.id("elder_id")}]}),
            outside=Answer(207, "not_found"),
            unknown=Answer(207, "not_found"),
            answer_of=item_answer,
        )
    ],
    "dismiss_held_visit": [Recipe(things.a_held_record)],
}
