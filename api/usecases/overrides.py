"""A township's own, higher frequency for one elder (R35): extra tasks, never obligations."""

from collections.abc import Iterator
from datetime import date

from api.domain.absences import asks_for_more
from api.domain.elders import ElderState
from api.domain.errors import Fault, WrongState
from api.domain.policy import Frequency, PeriodKind, Tier
from api.schemas.duty import FrequencyIn, OverrideIn
from api.store import Registers
from api.store.tables import Elder
from api.usecases.standing import refuse, rejudge_from

_ON_DUTY = (ElderState.CONFIRMED, ElderState.SUSPENDED)


async def set_frequency(registers: Registers, elder: Elder, form: OverrideIn) -> Elder:
    """Ask for more visits from a day on, or for no more than the tier does again."""
    if ElderState(elder.status) not in _ON_DUTY or elder.tier is None:
        raise WrongState(elder.status, sorted(state.value for state in _ON_DUTY))
    from_day = form.from_day or registers.today
    policy = (await registers.places.book_for(elder.village)).on(from_day)
    asked = policy.frequencies[Tier(elder.tier)]
    frequency = form.frequency.over(asked) if form.frequency else None
    refuse(_day_faults(form, from_day, registers.today))
    refuse(_frequency_faults(form.frequency, frequency, asked))
    await registers.tiers.override(elder, from_day, form.until, frequency, form.reason)
    said = form.frequency.model_dump(mode="json") if form.frequency else None
    noted = {"frequency": (None, {"asked": said, "from": from_day, "until": form.until})}
    elder = await registers.elders.change(elder, "frequency", noted=noted)
    await rejudge_from(registers, elder, from_day)
    return elder


def _day_faults(form: OverrideIn, from_day: date, today: date) -> Iterator[Fault]:
    if from_day < today:
        yield Fault("day_in_past", "/from")
    if form.until is not None and form.until < from_day:
        yield Fault("dates_out_of_order", "/until")


def _frequency_faults(form: FrequencyIn | None, frequency: Frequency | None, asked: Frequency) -> Iterator[Fault]:
    if form is None or frequency is None:
        return
    if (form.period is PeriodKind.DAYS) != (form.days is not None):
        yield Fault("days_of_a_period", "/frequency/days")
    elif not asks_for_more(frequency, asked):
        yield Fault("frequency_not_higher", "/frequency")
