"""Second looks at records, orders to put things right, complaints."""

from tests.matrix import supervision_things as things
from tests.matrix.recipes.asked import NOT_FOUND, Answer, Ask, Recipe, Recipes, json_of, listed
from tests.matrix.things import a_place

_NOTE = json_of(note="已核实")
_FOUND = things.a_finding(own=True)

RECIPES: Recipes = {
    "list_inspections": listed(),
    "show_inspection_outcomes": [
        Recipe(a_place, lambda thing: Ask(query={"month": "2026-11", "area": thing.village}), unknown=None)
    ],
    "draw_sample": [
        Recipe(a_place, lambda thing: Ask(json={"month": "2026-11", "area": thing.village}), unknown=None),
    ],
    "choose_inspections": [
        Recipe(
            things.a_record_of_somebody,
            lambda thing: Ask(json={"visit_ids": [thing.id("visit_id")]}),
            outside=Answer(422, "visit_unknown"),
            unknown=Answer(422, "visit_unknown"),
        )
    ],
    "show_inspection": [
        Recipe(things.an_inspection, of_provider=NOT_FOUND),
        Recipe(_FOUND, personal=True, note="own"),
    ],
    "answer_inspection": [
        Recipe(_FOUND, personal=True),
        Recipe(things.a_finding(), of_provider=NOT_FOUND, note="another's"),
    ],
    "record_inspection_attempt": [Recipe(things.an_inspection)],
    "conclude_inspection": [Recipe(things.an_inspection)],
    "cancel_inspection": [Recipe(things.an_inspection)],
    "list_rectifications": listed(),
    "order_rectification": [
        Recipe(a_place, lambda thing: Ask(json={"area": thing.village}), outside=NOT_FOUND, unknown=None)
    ],
    "show_rectification": [
        Recipe(things.an_order, of_provider=NOT_FOUND),
        Recipe(things.an_order_about_a_record, personal=True, note="own"),
    ],
    "answer_rectification": [
        Recipe(things.an_order, of_provider=NOT_FOUND),
        Recipe(things.an_order_about_a_record, personal=True, note="own"),
    ],
    "accept_rectification": [Recipe(things.an_answered_order, _NOTE)],
    "reject_rectification": [Recipe(things.an_answered_order, _NOTE)],
    "extend_rectification": [Recipe(things.an_order)],
    "cancel_rectification": [Recipe(things.an_order, _NOTE)],
    "list_complaints": listed(),
    "record_complaint": [
        Recipe(a_place, lambda thing: Ask(json={"village": thing.village}), outside=NOT_FOUND, unknown=None)
    ],
    "show_complaint": [Recipe(things.a_complaint)],
    "uphold_complaint": [Recipe(things.a_complaint)],
    "dismiss_complaint": [Recipe(things.a_complaint)],
    "withdraw_complaint": [Recipe(things.a_complaint)],
}
