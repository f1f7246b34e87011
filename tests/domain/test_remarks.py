"""What offices write beside a name, and what follows from it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.absences import SuspensionReason
from api.domain.proposals import ProposalKind
from api.domain.remarks import StatusWord, status_in

TODAY = date(2026, 11, 3)
DIED, LEFT, HOME = ProposalKind.EXIT_DEATH, ProposalKind.EXIT_MOVED_OUT, ProposalKind.EXIT_INSTITUTION
AWAY = ProposalKind.SUSPENSION


@pytest.mark.parametrize(
    ("remark", "word"),
    [
        ("去世", StatusWord(DIED)),
        ("2026年10月8日病故", StatusWord(DIED, date(2026, 10, 8))),
        ("10月8日去世", StatusWord(DIED, date(2026, 10, 8))),
        ("12.20去世", StatusWord(DIED, date(2025, 12, 20))),
        ("2026-10-08已故", StatusWord(DIED, date(2026, 10, 8))),
        ("10月去世", StatusWord(DIED)),
        ("2月30日去世", StatusWord(DIED)),
        ("住院", StatusWord(AWAY, None, SuspensionReason.HOSPITAL)),
        ("11月1日住院", StatusWord(AWAY, date(2026, 11, 1), SuspensionReason.HOSPITAL)),
        ("长期外出", StatusWord(AWAY, None, SuspensionReason.AWAY)),
        ("搬到儿子家住", StatusWord(LEFT)),
        ("入住敬老院", StatusWord(HOME)),
        ("外出，已去世", StatusWord(DIED)),
    ],
)
def test_a_remark_says_where_somebody_is(remark: str, word: StatusWord) -> None:
    assert status_in(remark, TODAY) == word


@pytest.mark.parametrize(
    "remark",
    [
        "",
        "子女外出务工",
        "老伴去世",
        "配偶2019年去世",
        "未住院",
        "曾住院",
        "住院已出院",
        "外出已返回",
        "身体健康",
        "不外出",
    ],
)
def test_what_is_said_of_others_denied_or_over_is_not_said_of_the_elder(remark: str) -> None:
    assert status_in(remark, TODAY) is None


@given(st.text(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_no_remark_is_too_odd_and_no_day_lies_ahead(remark: str, today: date) -> None:
    word = status_in(remark, today)
    assert word is None or word.day is None or word.day <= today
