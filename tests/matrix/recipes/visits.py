"""Visit records."""

from typing import Any

from tests.matrix import things
from tests.matrix.recipes.asked import (
    NOT_FOUND,
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
from tests.matrix.world import Thing
from tests.visits.rounds import at, refused
from tests.visits.test_intake import a_visit


def _by_whom(thing: Thing) -> dict[str, Any]:
    """A visitor names himself."""
    return {"worker": {"id": str(thing.known["worker_id"])}} if "worker_id" in thing.known else {}


def _said_worse(thing: Thing) -> dict[str, Any]:
    return a_visit(thing.id("elder_id"), mood="worse", **_by_whom(thing))


RECIPES: Recipes = {
    "post_visit": [
        Recipe(
            things.told_of,
            lambda thing: Ask(json=a_visit(thing.id("elder_id"), **_by_whom(thing))),
            outside=Answer(422, "elder_unknown"),
            unknown=Answer(422, "elder_unknown"),
            personal=True,
        ),
        Recipe(
            things.told_of,
            lambda thing: Ask(
                json=a_visit(None, elder={"village": thing.village, "name": name_of(thing)}, **_by_whom(thing))
            ),
            outside=Answer(422, "elder_unknown"),
            unknown=Answer(422, "elder_unknown"),
            personal=True,
            note="name",
        ),
    ],
    "post_visits": [
        Recipe(
            things.told_of,
            lambda thing: Ask(json={"items": [a_visit(thing.id("elder_id"), **_by_whom(thing))]}),
            outside=Answer(207, "elder_unknown"),
            unknown=Answer(207, "elder_unknown"),
            personal=True,
            answer_of=item_answer,
        )
    ],
    "list_visits": [*listed(), *of_elder()],
    "reconcile_visits": [Recipe()],
    "show_visit": [Recipe(RECORD, of_provider=NOT_FOUND), Recipe(OWN_RECORD, personal=True, note="own")],
    "show_credit": [Recipe(RECORD, of_provider=NOT_FOUND), Recipe(OWN_RECORD, personal=True, note="own")],
    "amend_visit": [
        Recipe(
            OWN_RECORD,
            lambda thing: Ask(json={"reason": "写错了", "record": _said_worse(thing)}),
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
