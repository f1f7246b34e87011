"""Changes that are proposed, and the township's word on them; files of one person, numbers of two."""

from tests.matrix import things
from tests.matrix.proposal_things import a_claim, a_conflict, a_proposal, two_files
from tests.matrix.recipes.asked import EMPTY, NOT_FOUND, Answer, Ask, Recipe, Recipes, area_of, item_answer
from tests.matrix.world import Thing

_PROPOSAL, _OWN = a_proposal(), a_proposal(own=True)


def _for(thing: Thing) -> Ask:
    return Ask(json={"elder_id": thing.id("elder_id")})


RECIPES: Recipes = {
    "list_proposals": [
        Recipe(things.a_place, area_of, unknown=None, note="area"),
        Recipe(
            _PROPOSAL,
            lambda thing: Ask(query={"elder_id": thing.id("elder_id")}),
            outside=EMPTY,
            unknown=EMPTY,
            note="elder",
        ),
    ],
    "propose_by_hand": [Recipe(things.on_the_roll, _for)],
    "show_proposal": [
        Recipe(_PROPOSAL, of_provider=NOT_FOUND),
        Recipe(_OWN, personal=True, note="own"),
    ],
    "reveal_proposal": [Recipe(_PROPOSAL)],
    "accept_proposal": [Recipe(_PROPOSAL)],
    "accept_proposals": [
        Recipe(
            _PROPOSAL,
            lambda thing: Ask(json={"ids": [thing.id("proposal_id")]}),
            outside=Answer(207, "not_found"),
            unknown=Answer(207, "not_found"),
            answer_of=item_answer,
        )
    ],
    "reject_proposal": [Recipe(_PROPOSAL)],
    "withdraw_proposal": [Recipe(_OWN, personal=True)],
    "merge_files": [
        Recipe(two_files, lambda thing: Ask(json={"keep": thing.id("keep"), "drop": thing.id("drop")})),
    ],
    "list_identity_conflicts": [Recipe(things.a_place, area_of, unknown=None, note="area")],
    "claim_number": [
        Recipe(
            a_claim,
            lambda thing: Ask(
                json={
                    "elder_id": thing.id("elder_id"),
                    "resident_id": thing.words.get("resident_id", "35030319461123998X"),
                }
            ),
        )
    ],
    "resolve_identity_conflict": [Recipe(a_conflict)],
}
