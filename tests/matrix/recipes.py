"""How each operation is called so that it succeeds, and what it says of a place out of reach.

The body is the one that the OpenAPI document shows, with what the recipe says in it put on top.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from api.domain.access import Role
from api.domain.imports import FileKind
from tests.accounts.signing import PASSWORD
from tests.imports.sheets import HANJIANG, VISIT, an_id
from tests.matrix import things
from tests.matrix.roll import PHONE, a_form_of
from tests.matrix.things import Make
from tests.matrix.world import Thing
from tests.visits.rounds import at, refused
from tests.visits.test_intake import a_visit


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and the code of a refusal."""

    status: int
    code: str | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.code}" if self.code else str(self.status)


NOT_FOUND = Answer(404, "not_found")
EMPTY = Answer(200)  # a list of nothing


@dataclass(frozen=True, slots=True)
class Ask:
    """What is sent beside the path. ``json``: put on top of the document's example."""

    json: Mapping[str, Any] | None = None
    query: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    content: bytes | None = None
    path: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def _as_shown(thing: Thing) -> Ask:
    return Ask()


def answer_of(response: httpx.Response) -> Answer:
    problem = response.headers.get("content-type", "").startswith("application/problem+json")
    return Answer(response.status_code, response.json()["code"] if problem else None)


@dataclass(frozen=True, slots=True)
class Recipe:
    """``makes``: what the operation works on; without it, or not ``placed``, nothing about the call lies anywhere.

    ``outside``, ``unknown``: what is answered about a thing out of reach, and about one that nobody knows (None:
    as about any other place of that code). ``note``: what this recipe is about, where it is not the first.
    ``success``: of those whom the operation answers otherwise than with its first declared status.
    ``always``: what everybody is answered who may call it at all, wherever the thing lies. ``reports``: of a file,
    the table that keeps what became of it.
    ``lists``: the answer shows something of every village within reach.
    """

    makes: Make | None = None
    ask: Callable[[Thing], Ask] = _as_shown
    outside: Answer = NOT_FOUND
    unknown: Answer | None = NOT_FOUND
    note: str = ""
    success: Mapping[Role, int] = field(default_factory=dict)
    lists: bool = False
    always: Answer | None = None
    placed: bool = True
    reports: str | None = None
    answer_of: Callable[[httpx.Response], Answer] = answer_of

    @property
    def lies_somewhere(self) -> bool:
        return self.makes is not None and self.placed


def _json(**values: Any) -> Callable[[Thing], Ask]:
    return lambda thing: Ask(json=values)


def _form(**values: str) -> Callable[[Thing], Ask]:
    return lambda thing: Ask(form=values)


def _area(thing: Thing) -> Ask:
    return Ask(query={"area": thing.village})


def _any_version(**values: Any) -> Callable[[Thing], Ask]:
    return lambda thing: Ask(json=values or None, headers={"If-Match": "*"})


_NOTHING: Mapping[str, str] = {}


def _listed(outside: Answer = NOT_FOUND, query: Mapping[str, str] = _NOTHING) -> Sequence[Recipe]:
    """A list of one's own area, and of a named one."""
    return (
        Recipe(ask=lambda thing: Ask(query={"page_size": "200", **query}), lists=True),
        Recipe(
            things.a_place,
            lambda thing: Ask(query={"area": thing.village, **query}),
            outside=outside,
            unknown=None,
            note="area",
        ),
    )


def _of_elder() -> Sequence[Recipe]:
    """What there is about one elder: nothing about one out of reach."""
    return [
        Recipe(
            _RECORD,
            lambda thing: Ask(query={"elder_id": thing.id("elder_id")}),
            outside=EMPTY,
            unknown=EMPTY,
            note="elder",
        )
    ]


def _item(response: httpx.Response) -> Answer:
    """The status of a request that holds one record, and the code of what keeps the record out."""
    if response.status_code >= 400:
        return answer_of(response)
    [item] = response.json()["items"]
    return Answer(response.status_code, item["errors"][0]["code"] if item["errors"] else None)


def _file(rows: Callable[[Thing], Mapping[str, str]], **query: str) -> Callable[[Thing], Ask]:
    """A table of one row."""

    def ask(thing: Thing) -> Ask:
        row = rows(thing)
        lines = (",".join(row), ",".join(row.values()))
        return Ask(content="\n".join(lines).encode(), query=query, headers={"Content-Type": "text/csv"})

    return ask


def _name(thing: Thing) -> str:
    return thing.words.get("name", "没有这个人")


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
    return {**VISIT, "记录编号": f"M-{number[6:14]}", "姓名": _name(thing), "身份证号": number}


def _new_village(township: str) -> dict[str, str]:
    number = things.next_number()
    return {"code": f"{township}{900 + number % 99}", "name": f"新{number}村村委会", "short_name": f"新{number}村"}


def _and_of_another(recipe: Recipe, another: Make) -> Sequence[Recipe]:
    """A part of something, and one that belongs to something else."""
    return (recipe, replace(recipe, makes=another, always=NOT_FOUND, unknown=NOT_FOUND, note="another's"))


_RECORD, _OWN_RECORD = things.a_record(), things.a_record(own=True)
_OTHER_CONSENT = things.part_of_another(things.with_word_of_guardian)
_OTHER_SUSPENSION = things.part_of_another(things.reported_away)
_OTHER_MEMBER = things.part_of_another(things.with_family)
_OTHER_GRANT = things.part_of_another(things.an_account, "user_id")
_LIAISON = {"role": "village_liaison"}
_PROPOSES = {Role.VILLAGE_LIAISON: 202}

RECIPES: Mapping[str, Sequence[Recipe]] = {
    # the service itself, and one's own account
    "healthz": [Recipe()],
    "readyz": [Recipe()],
    "show_version": [Recipe()],
    "show_keys": [Recipe()],
    "token": [Recipe(ask=_form(grant_type="password", username="one-auditor", password=PASSWORD))],
    "revoke": [
        Recipe(things.a_session, lambda thing: Ask(form={"token": thing.words["token"]}), placed=False),
    ],
    "show_me": [Recipe()],
    "change_my_password": [Recipe(ask=_json(old_password=PASSWORD, new_password="a kettle over the moon"))],
    # accounts
    "list_users": [Recipe(ask=lambda thing: Ask(query={"page_size": "200"}), lists=True)],
    "create_user": [
        Recipe(
            things.a_place,
            lambda thing: Ask(
                json={
                    "username": things.a_username(),
                    "display_name": "新来的",
                    "grants": [{**_LIAISON, "area": thing.village}],
                }
            ),
            outside=Answer(403, "grant_beyond_own"),
            unknown=Answer(422, "grant_area_unknown"),
        )
    ],
    "show_user": [Recipe(things.an_account)],
    "change_user": [Recipe(things.an_account, _any_version(display_name="改名了"))],
    "give_user_grant": [
        Recipe(things.an_account, lambda thing: Ask(json={**_LIAISON, "area": thing.village})),
        Recipe(
            things.to_be_granted,
            lambda thing: Ask(json={**_LIAISON, "area": thing.village}),
            outside=Answer(403, "grant_beyond_own"),
            unknown=Answer(422, "grant_area_unknown"),
            note="area",
        ),
        Recipe(
            things.to_be_deputy,
            lambda thing: Ask(json={"deputy_for": thing.id("principal"), "ends_on": "2026-12-31"}),
            outside=Answer(422, "deputy_unknown"),
            unknown=Answer(422, "deputy_unknown"),
            note="deputy",
        ),
    ],
    "revoke_user_grant": _and_of_another(Recipe(things.an_account), _OTHER_GRANT),
    "disable": [Recipe(things.an_account)],
    "enable": [Recipe(things.a_disabled_account)],
    "reset_user_password": [Recipe(things.an_account)],
    # elders
    "enrol": [
        Recipe(
            things.a_place,
            lambda thing: Ask(json=a_form_of(thing.village)),
            outside=Answer(422, "village_outside_area"),
            unknown=Answer(422, "village_code_unknown"),
        )
    ],
    "list_elders": _listed(EMPTY),
    "search": [Recipe(ask=_json(name=None, phone=PHONE), lists=True)],
    "show_elder": [Recipe(things.a_draft)],
    "correct": [
        Recipe(things.a_draft, _any_version(alias="阿芳")),
        Recipe(things.on_the_roll, _any_version(alias="阿芳"), success=_PROPOSES, note="on the roll"),
    ],
    "verify": [Recipe(things.a_draft)],
    "reveal": [Recipe(things.a_draft, _json(fields=["resident_id"], purpose="核对身份证件"))],
    "show_tier": [Recipe(things.a_draft)],
    "show_history": [Recipe(things.a_draft)],
    "list_family": [Recipe(things.with_family)],
    "add_family_member": [Recipe(things.a_draft, _json(name="林小明", relation="20"))],
    "correct_family_member": _and_of_another(
        Recipe(things.with_family, _any_version(visits_often=True)), _OTHER_MEMBER
    ),
    "remove_family_member": _and_of_another(Recipe(things.with_family), _OTHER_MEMBER),
    # duty
    "confirm_elder": [Recipe(things.a_verified)],
    "decline_elder": [Recipe(things.a_verified)],
    "list_consents": [Recipe(things.with_word_of_guardian)],
    "record_consent": [Recipe(things.on_the_roll)],
    "approve_consent": _and_of_another(Recipe(things.with_word_of_guardian), _OTHER_CONSENT),
    "exit_elder": [Recipe(things.on_the_roll)],
    "reinstate_elder": [Recipe(things.who_left)],
    "re_enter_elder": [Recipe(things.who_left)],
    "list_suspensions": [Recipe(things.away)],
    "suspend_elder": [Recipe(things.on_the_roll)],
    "confirm_suspension": _and_of_another(Recipe(things.reported_away), _OTHER_SUSPENSION),
    "reject_suspension": _and_of_another(Recipe(things.reported_away), _OTHER_SUSPENSION),
    "end_suspension": _and_of_another(Recipe(things.away), _OTHER_SUSPENSION),
    "renew_suspension": _and_of_another(Recipe(things.away), _OTHER_SUSPENSION),
    "raise_tier": [Recipe(things.on_the_roll)],
    "include_elder": [Recipe(things.outside_every_category)],
    "set_elder_frequency": [Recipe(things.on_the_roll)],
    "transfer_elder": [
        Recipe(things.on_the_roll, lambda thing: Ask(json={"village": things.beside(thing.village)})),
        Recipe(
            things.bound_for,
            lambda thing: Ask(json={"village": thing.village}),
            outside=Answer(403, "transfer_outside_area"),
            unknown=Answer(422, "village_code_unknown"),
            note="destination",
        ),
    ],
    "review_elder": [Recipe(things.on_the_roll)],
    "list_tasks": [*_listed(EMPTY), *_of_elder()],
    "finish_task": [Recipe(things.a_task)],
    "list_exceptions": _listed(EMPTY),
    "approve_exception": [Recipe(things.an_exception)],
    "reject_exception": [Recipe(things.an_exception)],
    # visits
    "post_visit": [
        Recipe(
            things.on_the_roll,
            lambda thing: Ask(json=a_visit(thing.id("elder_id"))),
            outside=Answer(422, "elder_unknown"),
            unknown=Answer(422, "elder_unknown"),
        ),
        Recipe(
            things.told_of,
            lambda thing: Ask(json=a_visit(None, elder={"village": thing.village, "name": _name(thing)})),
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
            answer_of=_item,
        )
    ],
    "list_visits": [*_listed(EMPTY), *_of_elder()],
    "show_visit": [Recipe(_RECORD)],
    "show_credit": [Recipe(_RECORD)],
    "amend_visit": [
        Recipe(
            _OWN_RECORD,
            lambda thing: Ask(json={"reason": "写错了", "record": a_visit(thing.id("elder_id"), mood="worse")}),
        )
    ],
    "return_visit": [Recipe(_RECORD)],
    "void_visit": [Recipe(_RECORD)],
    "withdraw_visit": [Recipe(_OWN_RECORD)],
    "accept_visit": [Recipe(things.a_record(**at("2026-08-03")))],
    "confirm_refusal": [Recipe(things.a_record(**refused("2026-11-02")))],
    "list_held_visits": _listed(EMPTY),
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
    "dismiss_held_visit": [Recipe(things.a_held_record)],
    # what is owed, and what was done
    "show_worklist": _listed(),
    "list_obligations": [*_listed(), *_of_elder()],
    "show_visit_rates": [
        Recipe(lists=True),
        Recipe(things.a_place, _area, unknown=None, note="area"),
    ],
    "list_counted_elders": _listed(query={"in": "due"}),
    # files and jobs
    "import_elders": [
        Recipe(
            things.a_place,
            _file(_roll_row),
            outside=Answer(201, "village_outside_area"),
            unknown=Answer(201, "village_unknown"),
            reports="imports",
            answer_of=_item,
        )
    ],
    "import_visit_records": [
        Recipe(
            things.told_of,
            _file(_visit_row),
            outside=Answer(201, "elder_unknown"),
            unknown=Answer(201, "elder_unknown"),
            reports="imports",
            answer_of=_item,
        )
    ],
    "show_elder_import": [Recipe(things.a_file(FileKind.ELDERS))],
    "show_visit_import": [Recipe(things.a_file(FileKind.VISITS))],
    "show_job": [Recipe(things.a_job)],
    # what everybody looks up, and what the district sets
    "list_divisions": [Recipe()],
    "show_division_tree": [Recipe()],
    "list_code_tables": [Recipe()],
    "show_code_table": [Recipe(ask=lambda thing: Ask(path={"name": "tier"}))],
    "list_error_codes": [Recipe()],
    "show_policy": [Recipe()],
    "list_policy_versions": [Recipe()],
    "create_division": [
        Recipe(
            things.a_place,
            lambda thing: Ask(json=_new_village(thing.village[:9])),
            unknown=Answer(422, "division_parent_unknown"),
        )
    ],
    "create_policy_version": [
        Recipe(
            things.a_place,
            lambda thing: Ask(json={"area": thing.village[:9], "version": f"{thing.village} 2027"}),
            unknown=Answer(422, "division_unknown"),
        )
    ],
    "simulate_policy": [Recipe(things.a_place, lambda thing: Ask(json={"area": thing.village}), unknown=None)],
    "set_tracking": [
        Recipe(
            things.a_place,
            lambda thing: Ask(json={"area": thing.village, "starts_on": "2023-07-01"}),
            unknown=Answer(422, "division_unknown"),
        )
    ],
}
