"""Files of elders and their families."""

from api.domain.access import Role
from tests.matrix import things
from tests.matrix.recipes.asked import (
    NOT_FOUND,
    Answer,
    Ask,
    Recipe,
    Recipes,
    and_of_another,
    any_version,
    json_of,
    listed,
)
from tests.matrix.roll import PHONE, a_form_of

_OTHER_MEMBER = things.part_of_another(things.with_family)
_PROPOSES = {Role.VILLAGE_LIAISON: 202}
RECIPES: Recipes = {
    "enrol": [
        Recipe(
            things.a_place,
            lambda thing: Ask(json=a_form_of(thing.village)),
            outside=Answer(422, "village_outside_area"),
            unknown=Answer(422, "village_code_unknown"),
        )
    ],
    "list_elders": listed(),
    "search": [Recipe(ask=json_of(name=None, phone=PHONE), lists=True)],
    "show_elder": [
        Recipe(things.a_draft, of_provider=NOT_FOUND),
        Recipe(things.on_the_roll, note="on the roll"),
    ],
    "correct": [
        Recipe(things.a_draft, any_version(alias="阿芳")),
        Recipe(things.on_the_roll, any_version(alias="阿芳"), success=_PROPOSES, note="on the roll"),
    ],
    "verify": [Recipe(things.a_draft)],
    "reveal": [Recipe(things.a_draft, json_of(fields=["resident_id"], purpose="核对身份证件"))],
    "show_tier": [Recipe(things.a_draft)],
    "show_timeline": [Recipe(things.on_the_roll)],
    "show_history": [Recipe(things.a_draft)],
    "list_family": [Recipe(things.with_family)],
    "add_family_member": [Recipe(things.a_draft, json_of(name="林小明", relation="20"))],
    "correct_family_member": and_of_another(Recipe(things.with_family, any_version(visits_often=True)), _OTHER_MEMBER),
    "remove_family_member": and_of_another(Recipe(things.with_family), _OTHER_MEMBER),
}
