from dataclasses import replace
from datetime import date

from api.domain.elders import Ability, Category, Circumstances
from api.domain.policy import PLAN, Tier
from api.domain.timelines import (
    DatedTier,
    Raise,
    category_rows,
    changed_from,
    outlook,
    proposes_lower,
    tier_rows,
)

ALONE_AT_79 = Circumstances(
    born_on=date(1946, 11, 23),
    township="350303104",
    has_spouse=False,
    children_complete=True,
    relatives_complete=True,
    has_caregiver=True,
    ability=Ability.INTACT,
)
IMPAIRED = replace(ALONE_AT_79, ability=Ability.SEVERE)
OCTOBER, NOVEMBER = date(2026, 10, 5), date(2026, 11, 3)
BIRTHDAY = date(2026, 11, 23)


def said(rows: tuple[DatedTier, ...]) -> list[tuple[str, str, str]]:
    return [(str(row.duty_from), str(row.tier), row.basis) for row in rows]


def confirmed(elder: Circumstances) -> tuple[DatedTier, ...]:
    return tier_rows((), outlook(elder, PLAN, OCTOBER, by_people=True))


def test_the_eightieth_birthday_is_dated_ahead() -> None:
    assert said(confirmed(ALONE_AT_79)) == [
        ("2026-10-05", "general", "computed"),
        ("2026-11-23", "priority", "computed"),
    ]


def test_facts_that_nobody_decided_on_lower_nothing_and_propose_it() -> None:
    stored = confirmed(IMPAIRED)
    ahead = outlook(ALONE_AT_79, PLAN, NOVEMBER, by_people=False)
    assert said(tier_rows(stored, ahead)) == [("2026-11-23", "priority", "computed")]
    assert proposes_lower(stored, ahead)


def test_people_lower_from_the_day_they_decide() -> None:
    stored = confirmed(IMPAIRED)
    rows = tier_rows(stored, outlook(ALONE_AT_79, PLAN, NOVEMBER, by_people=True))
    assert said(rows)[0] == ("2026-11-03", "general", "computed")
    assert changed_from(stored, (*stored, *rows)) == NOVEMBER


def test_the_same_facts_again_say_nothing_new() -> None:
    stored = confirmed(ALONE_AT_79)
    assert tier_rows(stored, outlook(ALONE_AT_79, PLAN, NOVEMBER, by_people=False)) == stored[1:]


def test_a_raise_holds_between_its_days() -> None:
    raised = replace(ALONE_AT_79, raised="术后")
    ahead = outlook(raised, PLAN, OCTOBER, by_people=False, raised=Raise(date(2026, 10, 10), date(2026, 10, 31)))
    assert said(tier_rows((), ahead)) == [
        ("2026-10-05", "general", "computed"),
        ("2026-10-10", "priority", "raised"),
        ("2026-11-01", "general", "computed"),
        ("2026-11-23", "priority", "computed"),
    ]


def test_an_offices_own_words_stay_in_the_file() -> None:
    raised = replace(ALONE_AT_79, raised="女儿刚去世")
    first, *_ = tier_rows((), outlook(raised, PLAN, OCTOBER, by_people=True, raised=Raise(OCTOBER)))
    assert [(reason.criterion, reason.facts) for reason in first.reasons] == [("raised_by_township", ())]


def test_an_assessment_is_valid_from_its_day_and_duty_from_the_decision() -> None:
    ahead = outlook(IMPAIRED, PLAN, date(2026, 11, 25), by_people=False, assessed_on=date(2026, 10, 20))
    row, *_ = tier_rows(confirmed(replace(ALONE_AT_79, born_on=date(1950, 1, 1))), ahead)
    assert (row.valid_from, row.duty_from, row.tier) == (date(2026, 10, 20), date(2026, 11, 25), Tier.PRIORITY)


def test_a_category_begins_on_its_day_and_goes_on() -> None:
    young = replace(ALONE_AT_79, born_on=date(1967, 3, 5))
    rows = category_rows(young, PLAN, outlook(young, PLAN, NOVEMBER, by_people=True))
    [alone] = [row for row in rows if row.category is Category.LIVING_ALONE]
    assert (alone.from_day, alone.to_day) == (date(2027, 3, 5), None)
