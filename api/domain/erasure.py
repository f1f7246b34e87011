"""Erasing what is known of a person (个人信息保护法 47, 49; 民法典 1037): when, and what is left.

What is left is what figures are made of: codes, days, counts. Words, numbers and names go.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Any

from api.domain.days import months_later
from api.domain.elders import ElderState
from api.domain.errors import Conflict, WrongState

ERASED = "已删除"
KEPT_MONTHS = 36  # 第五十六条: what is handled is accounted for during three years
ERASABLE = (ElderState.DECLINED, ElderState.EXITED)  # whoever is on the roll leaves it first

_CODE = re.compile(r"[a-z][a-z0-9_]*|[0-9]{1,3}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]+)?)?)?")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLACES = frozenset({"check_in", "check_out", "lat", "lng"})
_MOST = 10**6  # a longer number might be somebody's


class ErasureGround(StrEnum):
    REQUESTED = "requested"  # 本人或近亲属请求删除
    CONSENT_WITHDRAWN = "consent_withdrawn"  # 撤回同意
    WRONGLY_FILED = "wrongly_filed"  # 误建档
    TIME_OVER = "time_over"  # 保存期限届满


def require_erasable(state: ElderState, ground: ErasureGround, left_on: date | None, today: date) -> None:
    """Raises WrongState for somebody on the roll, Conflict ``erasure_too_early`` before the time is over."""
    if state not in ERASABLE:
        raise WrongState(state.value, sorted(each.value for each in ERASABLE))
    if ground is not ErasureGround.TIME_OVER:
        return
    over_on = months_later(left_on, KEPT_MONTHS) if left_on else None
    if over_on is None or today < over_on:
        raise Conflict("erasure_too_early", months=KEPT_MONTHS)


def without_persons(value: Any) -> Any:
    """A document with its shape, codes and days; of what people said, and of where they were, nothing."""
    if isinstance(value, dict):
        return {name: None if name in _PLACES else without_persons(each) for name, each in value.items()}
    if isinstance(value, list):
        return [without_persons(each) for each in value]
    if isinstance(value, str):
        return value if any(kind.fullmatch(value) for kind in (_CODE, _DAY, _ID)) else ERASED
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _MOST:
        return 0
    return value
