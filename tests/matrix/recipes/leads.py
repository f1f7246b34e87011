"""Finding people: leads, and lists of them."""

from api.domain.imports import FileKind
from tests.imports.sheets import HANJIANG
from tests.matrix import lead_things as leads
from tests.matrix import things
from tests.matrix.recipes.asked import Answer, Ask, Recipe, Recipes, area_of, item_answer, json_of, listed
from tests.matrix.recipes.files import a_table
from tests.matrix.roll import a_form_of
from tests.matrix.world import Thing

_OUTSIDE = Answer(422, "village_outside_area")
_NO_VILLAGE = Answer(422, "village_code_unknown")
_NO_SUCH_LEAD = Answer(422, "lead_duplicate_unknown")


def _row(thing: Thing) -> dict[str, str]:
    """Somebody new who lives there."""
    village = HANJIANG.by_code(thing.village)
    return {
        "村（居）": village.name if village else "没有这个村",
        "姓名": a_form_of(thing.village)["name"],
        "来源": "网格员",
    }


def _household(thing: Thing) -> Ask:
    person = {"lead_id": thing.id("lead_id"), "elder": {"name": "郑阿婆", **leads.at_the_door()}}
    return Ask(json={"residence": {"village": thing.village}, "persons": [person]})


def _kept(thing: Thing) -> Ask:
    return Ask(json={"lead_id": str({**thing.ids, **thing.known}["kept_id"])})


RECIPES: Recipes = {
    "report_lead": [
        Recipe(
            things.a_place,
            lambda thing: Ask(json={"village": thing.village, "name": a_form_of(thing.village)["name"]}),
            outside=_OUTSIDE,
            unknown=_NO_VILLAGE,
        )
    ],
    "list_leads": [*listed(), Recipe(leads.a_lead, area_of, unknown=None, note="leads of an area")],
    "show_lead_progress": [Recipe(lists=True), Recipe(things.a_place, area_of, unknown=None, note="area")],
    "verify_lead_household": [Recipe(leads.a_lead, _household)],
    "show_lead": [Recipe(leads.a_lead)],
    "show_alike": [Recipe(leads.a_lead)],
    "reveal_lead_fields": [Recipe(leads.a_lead)],
    "start_lead": [
        Recipe(leads.a_lead),
        Recipe(
            leads.to_be_looked_for_there,
            lambda thing: Ask(json={"village": thing.village}),
            outside=_OUTSIDE,
            unknown=_NO_VILLAGE,
            note="village",
        ),
    ],
    "hand_over_lead": [Recipe(leads.a_lead_under_way)],
    "verify_found_lead": [Recipe(leads.a_lead, lambda thing: Ask(json={"elder": leads.at_the_door()}))],
    "close_lead_not_found": [Recipe(leads.a_lead)],
    "close_lead_not_eligible": [Recipe(leads.a_lead)],
    "close_lead_duplicate": [
        Recipe(leads.that_repeats, _kept),
        Recipe(leads.to_be_repeated, _kept, outside=_NO_SUCH_LEAD, unknown=_NO_SUCH_LEAD, note="target"),
    ],
    "reopen_lead": [Recipe(leads.a_lead_in_vain, json_of(reason="邻居反映老人已返家"))],
    "import_lead_list": [
        Recipe(
            things.a_place,
            a_table(_row),
            outside=Answer(201, "village_outside_area"),
            unknown=Answer(201, "village_unknown"),
            reports=("imports", "import_parts"),
            answer_of=item_answer,
        )
    ],
    "show_lead_import": [Recipe(things.a_file(FileKind.LEADS))],
}
