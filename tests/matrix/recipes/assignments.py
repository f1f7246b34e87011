"""Whom a force is sent to, and who keeps in touch with whom."""

from tests.matrix import provider_things as things
from tests.matrix.recipes.asked import Answer, Ask, Recipe, Recipes, item_answer, listed
from tests.matrix.things import on_the_roll
from tests.matrix.world import Thing

_NO_SUCH_PROVIDER = Answer(422, "provider_unknown")
_NO_SUCH_ELDER = Answer(422, "elder_unknown")
_NO_SUCH_ASSIGNMENT = Answer(207, "not_found")


def _one(thing: Thing) -> Ask:
    return Ask(json={name: thing.id(name) for name in ("elder_id", "provider_id")})


def _many(thing: Thing) -> Ask:
    return Ask(json={"elder_ids": [thing.id("elder_id")], "provider_id": thing.id("provider_id")})


RECIPES: Recipes = {
    "list_assignments": listed(),
    "assign_elder": [Recipe(things.to_be_seen, _one, outside=_NO_SUCH_PROVIDER, unknown=_NO_SUCH_PROVIDER)],
    "assign_elders": [Recipe(things.to_be_seen, _many, outside=_NO_SUCH_PROVIDER, unknown=_NO_SUCH_PROVIDER)],
    "show_assignment": [Recipe(things.an_assignment)],
    "end_one_assignment": [Recipe(things.an_assignment)],
    "end_many_assignments": [
        Recipe(
            things.an_assignment,
            lambda thing: Ask(json={"ids": [thing.id("assignment_id")]}),
            outside=_NO_SUCH_ASSIGNMENT,
            unknown=_NO_SUCH_ASSIGNMENT,
            answer_of=item_answer,
        )
    ],
    "list_pairings": listed(),
    "pair_elder": [
        Recipe(
            on_the_roll,
            lambda thing: Ask(json={"elder_id": thing.id("elder_id")}),
            outside=_NO_SUCH_ELDER,
            unknown=_NO_SUCH_ELDER,
        )
    ],
    "show_pairing": [Recipe(things.a_pairing)],
    "end_one_pairing": [Recipe(things.a_pairing)],
}
