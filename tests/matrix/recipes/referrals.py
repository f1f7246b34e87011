"""Needs, referrals, the directory of those who help, applications for benefits."""

from tests.matrix import referral_things as things
from tests.matrix.recipes.asked import NOT_FOUND, Answer, Ask, Recipe, Recipes, any_version, listed
from tests.matrix.things import a_place, on_the_roll
from tests.matrix.world import Thing

_NO_SUCH_ELDER = Answer(422, "elder_unknown")
_NO_SUCH_NEED = Answer(422, "need_unknown")


def _of_elder(thing: Thing) -> Ask:
    return Ask(json={"elder_id": thing.id("elder_id")})


def _of_need(thing: Thing) -> Ask:
    return Ask(json={"need_id": thing.id("need_id"), "kind": None})


def _of_place(thing: Thing) -> Ask:
    return Ask(json={"area": thing.village})


RECIPES: Recipes = {
    "list_needs": listed(),
    "tell_need": [Recipe(on_the_roll, _of_elder, outside=_NO_SUCH_ELDER, unknown=_NO_SUCH_ELDER)],
    "show_need": [Recipe(things.a_need)],
    "solve_need": [Recipe(things.a_need)],
    "cancel_need": [Recipe(things.a_need)],
    "list_referrals": listed(),
    "show_referral_summary": [
        Recipe(ask=lambda thing: Ask(query={"from": "2026-11-01", "to": "2026-12-01"})),
        Recipe(
            a_place,
            lambda thing: Ask(query={"from": "2026-11-01", "to": "2026-12-01", "area": thing.village}),
            unknown=None,
            note="area",
        ),
    ],
    "refer": [
        Recipe(on_the_roll, _of_elder, outside=_NO_SUCH_ELDER, unknown=_NO_SUCH_ELDER),
        Recipe(things.a_need, _of_need, outside=_NO_SUCH_NEED, unknown=_NO_SUCH_NEED, note="need"),
    ],
    "show_referral": [
        Recipe(things.a_referral, personal=True),
        Recipe(things.a_referral_of_others, of_provider=NOT_FOUND, note="another's"),
    ],
    "accept_referral": [
        Recipe(things.a_referral, personal=True),
        Recipe(things.a_referral_of_others, of_provider=NOT_FOUND, note="another's"),
    ],
    "reject_referral": [Recipe(things.a_referral, personal=True)],
    "retarget_referral": [Recipe(things.a_referral)],
    "deliver_referral": [Recipe(things.an_accepted_referral, personal=True)],
    "follow_up_referral": [Recipe(things.a_delivered_referral)],
    "close_referral": [Recipe(things.a_referral_that_helped)],
    "reopen_referral": [Recipe(things.a_delivered_referral)],
    "cancel_referral": [Recipe(things.a_referral)],
    "list_referral_targets": listed(),
    "add_referral_target": [Recipe(a_place, _of_place, unknown=Answer(422, "division_unknown"))],
    "show_referral_target": [Recipe(things.a_target)],
    "correct_referral_target": [Recipe(things.a_target, any_version(name="新幸福院"))],
    "list_policy_applications": listed(),
    "signpost_benefit": [Recipe(on_the_roll, _of_elder, outside=_NO_SUCH_ELDER, unknown=_NO_SUCH_ELDER)],
    "show_policy_application": [Recipe(things.an_application)],
    "help_with_application": [Recipe(things.an_application)],
    "hand_in_application": [Recipe(things.an_application)],
    "record_decision_on_application": [Recipe(things.a_handed_in_application)],
    "cancel_application": [Recipe(things.an_application)],
}
