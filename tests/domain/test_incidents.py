"""Which records a death puts in question, and the district's word on them (A35)."""

from datetime import date
from uuid import UUID

import pytest

from api.domain.incidents import Death, IncidentKind, days_between, in_question, word_faults

DEATH = Death(date(2026, 11, 10), date(2026, 11, 28))
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("visited", "entered", "completed", "kind"),
    [
        (9, 9, True, None),
        (9, 27, True, None),
        (9, 28, True, IncidentKind.ENTERED_AFTER_DISCOVERY),
        (10, 29, True, IncidentKind.ENTERED_AFTER_DISCOVERY),
        (11, 11, True, IncidentKind.VISIT_AFTER_DEATH),
        (11, 11, False, None),
        (11, 29, False, IncidentKind.ENTERED_AFTER_DISCOVERY),
        (29, 29, True, IncidentKind.VISIT_AFTER_DEATH),
        (29, 29, False, None),
    ],
)
def test_which_records_are_in_question(visited: int, entered: int, completed: bool, kind: IncidentKind | None) -> None:
    assert in_question(DEATH, date(2026, 11, visited), date(2026, 11, entered), completed=completed) is kind


def test_last_seen_on_3_october_and_found_on_28_november_are_56_days() -> None:
    assert days_between(date(2026, 10, 3), DEATH.found_on) == 56
    assert days_between(None, DEATH.found_on) is None


def test_a_word_on_each_record_in_question_once() -> None:
    assert not tuple(word_faults([ONE, TWO], [TWO, ONE]))
    faults = [(fault.code, fault.pointer) for fault in word_faults([ONE, ONE, THREE], [ONE, TWO])]
    assert faults == [
        ("record_named_twice", "/records/1/visit_id"),
        ("record_not_in_review", "/records/2/visit_id"),
        ("record_without_word", "/records"),
    ]
