"""States of an elder, levels of ability, and the age of the roll."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.domain.elders import (
    Command,
    ElderState,
    ability_level,
    age_fault,
    state_after,
)
from api.domain.errors import Refused, WrongState
from api.domain.policy import PLAN

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "classification.json").read_text(encoding="utf-8"))
AS_OF = date.fromisoformat(VECTORS["as_of"])


@pytest.mark.parametrize("case", VECTORS["ability"], ids=lambda case: str(case["args"]))
def test_an_assessment_gives_the_level_of_the_standard(case: dict[str, Any]) -> None:
    assert ability_level(*case["args"]).level == case["level"]


@pytest.mark.parametrize("score", [-1, 91])
def test_a_score_outside_the_standard_is_refused(score: int) -> None:
    with pytest.raises(Refused, match="ability_score_range"):
        ability_level(score)


@pytest.mark.parametrize(("born_on", "fault"), [(date(1966, 11, 23), False), (date(1966, 11, 24), True)])
def test_sixty_is_reached_on_the_birthday(born_on: date, fault: bool) -> None:
    assert (age_fault(born_on, PLAN, AS_OF) is not None) is fault


def test_the_usual_way_leads_from_a_draft_to_an_exit() -> None:
    state = ElderState.DRAFT
    for command in (Command.VERIFY, Command.CONFIRM, Command.SUSPEND, Command.RESUME, Command.EXIT):
        state = state_after(command, state)
    assert state is ElderState.EXITED


def test_only_a_verified_elder_or_one_who_consents_again_is_confirmed() -> None:
    may = [state for state in ElderState if leads(Command.CONFIRM, state)]
    assert may == [ElderState.VERIFIED, ElderState.DECLINED]


def test_a_wrong_state_names_the_states_that_would_do() -> None:
    with pytest.raises(WrongState) as wrong:
        state_after(Command.SUSPEND, ElderState.DRAFT)
    assert wrong.value.params == {"state": "draft", "allowed": "confirmed"}


def test_an_exit_made_in_error_is_undone_to_where_the_elder_stood() -> None:
    assert state_after(Command.REINSTATE, ElderState.EXITED, ElderState.DECLINED) is ElderState.DECLINED
    assert state_after(Command.RE_ENTER, ElderState.EXITED, ElderState.DECLINED) is ElderState.CONFIRMED


def test_inclusion_by_hand_leaves_the_state_as_it_is() -> None:
    for state in ElderState:
        if state is not ElderState.EXITED:
            assert state_after(Command.INCLUDE, state) is state


def leads(command: Command, state: ElderState) -> bool:
    try:
        state_after(command, state)
    except WrongState:
        return False
    return True
