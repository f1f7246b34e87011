"""Dangers: anybody reports one and learns nothing; the desk of the place sees it to its end."""

from tests.matrix import escalation_things as dangers
from tests.matrix import things
from tests.matrix.recipes.asked import EMPTY, Answer, Ask, Recipe, Recipes, area_of
from tests.matrix.world import Thing

TAKEN = Answer(202)


def _about_elder(thing: Thing) -> Ask:
    return Ask(json={"elder_id": thing.id("elder_id")})


RECIPES: Recipes = {
    "report_escalation": [
        Recipe(),
        Recipe(dangers.anybody, _about_elder, outside=TAKEN, unknown=TAKEN, note="elder"),
        Recipe(
            things.a_place,
            lambda thing: Ask(json={"village": thing.village}),
            outside=TAKEN,
            unknown=TAKEN,
            note="place",
        ),
    ],
    "list_escalations": [
        Recipe(),
        Recipe(things.a_place, area_of, unknown=None, note="area"),
        Recipe(
            dangers.known,
            lambda thing: Ask(query={"elder_id": thing.id("elder_id")}),
            outside=EMPTY,
            unknown=EMPTY,
            note="elder",
        ),
    ],
    "show_escalation": [Recipe(dangers.known)],
    "acknowledge_escalation": [Recipe(dangers.known)],
    "record_action": [Recipe(dangers.known)],
    "escalate_escalation": [Recipe(dangers.known)],
    "hand_over_escalation": [Recipe(dangers.in_hand)],
    "mitigate_escalation": [Recipe(dangers.in_hand)],
    "dismiss_escalation": [Recipe(dangers.known)],
    "mark_duplicate": [Recipe(dangers.twice, lambda thing: Ask(json={"of": str(thing.known["of"])}))],
    "link_escalation": [
        Recipe(dangers.of_a_stranger, lambda thing: Ask(json={"elder_id": str(thing.known["whose"])})),
    ],
    "follow_up_escalation": [Recipe(dangers.put_right)],
    "close_escalation": [Recipe(dangers.made_sure_of)],
    "reopen_escalation": [Recipe(dangers.put_right)],
    "review_incident": [Recipe(dangers.a_death)],
    "list_duty_contacts": [Recipe(), Recipe(things.a_place, area_of, unknown=None, note="area")],
    "set_duty_contact": [Recipe(things.a_place, lambda thing: Ask(path={"area": thing.village[:9]}))],
}
