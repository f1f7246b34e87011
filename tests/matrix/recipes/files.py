"""Files and jobs."""

from collections.abc import Callable, Mapping

from api.domain.imports import FileKind
from tests.imports.sheets import HANJIANG, VISIT, an_id
from tests.matrix import things
from tests.matrix.recipes.asked import NOT_FOUND, Answer, Ask, Recipe, Recipes, area_of, item_answer, name_of
from tests.matrix.roll import a_form_of
from tests.matrix.world import Thing


def a_table(rows: Callable[[Thing], Mapping[str, str]], **query: str) -> Callable[[Thing], Ask]:
    """A table of one row."""

    def ask(thing: Thing) -> Ask:
        row = rows(thing)
        lines = (",".join(row), ",".join(row.values()))
        return Ask(content="\n".join(lines).encode(), query=query, headers={"Content-Type": "text/csv"})

    return ask


def _roll_row(thing: Thing) -> dict[str, str]:
    """Somebody new who lives there."""
    form = a_form_of(thing.village)
    village = HANJIANG.by_code(thing.village)
    township = HANJIANG.by_code(thing.village[:9]) if village else None
    return {
        "乡镇": township.name if township else "",
        "村（居）": village.name if village else "没有这个村",
        "姓名": form["name"],
        "性别": "女",
        "身份证号": form["resident_id"],
        "对象类型": "独居",
    }


def _visit_row(thing: Thing) -> dict[str, str]:
    """A visit to somebody who is told by the number."""
    number = thing.words.get("resident_id", an_id())
    return {**VISIT, "记录编号": f"M-{number[6:14]}", "姓名": name_of(thing), "身份证号": number}


RECIPES: Recipes = {
    "import_elders": [
        Recipe(
            things.a_place,
            a_table(_roll_row),
            outside=Answer(201, "village_outside_area"),
            unknown=Answer(201, "village_unknown"),
            reports=("imports", "import_parts"),
            answer_of=item_answer,
        )
    ],
    "import_visit_records": [
        Recipe(
            things.told_of,
            a_table(_visit_row),
            outside=Answer(201, "elder_unknown"),
            unknown=Answer(201, "elder_unknown"),
            reports=("imports", "import_parts"),
            answer_of=item_answer,
        )
    ],
    "show_elder_import": [Recipe(things.a_file(FileKind.ELDERS))],
    "list_missing": [Recipe(things.a_file(FileKind.ELDERS), area_of)],
    "show_visit_import": [
        Recipe(things.a_file(FileKind.VISITS), of_provider=NOT_FOUND),
        Recipe(things.a_file(FileKind.VISITS, own=True), personal=True, note="own"),
    ],
    "download_elder_import_errors": [Recipe(things.a_file(FileKind.ELDERS))],
    "download_lead_import_errors": [Recipe(things.a_file(FileKind.LEADS))],
    "download_visit_import_errors": [
        Recipe(things.a_file(FileKind.VISITS), of_provider=NOT_FOUND),
        Recipe(things.a_file(FileKind.VISITS, own=True), personal=True, note="own"),
    ],
    "roll_back_visit_import": [
        Recipe(things.a_file(FileKind.VISITS), of_provider=NOT_FOUND),
        Recipe(things.a_file(FileKind.VISITS, own=True), personal=True, note="own"),
    ],
    "show_job": [Recipe(things.a_job)],
}
