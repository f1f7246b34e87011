"""A second factor at sign-in (双因素登录): a code of six digits that an authenticator shows (RFC 6238).

A code is accepted once, and half a minute early or late. Ten recovery codes, each for one use, stand in for a
device that is lost. Whose role demands a second factor and who has none may do nothing else than set it up.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

DRIFT = 1  # steps of half a minute, either way
RECOVERY_CODES = 10
MOST_CODE_LENGTH = 32  # of what may be sent as a code


class SecondFactorState(StrEnum):
    NONE = "none"  # 未设置
    WAITING = "waiting"  # 待验证
    CONFIRMED = "confirmed"  # 已启用


@dataclass(frozen=True, slots=True)
class Factor:
    """What is kept of somebody's authenticator. ``last_step``: of the code that was accepted last."""

    secret: str
    last_step: int
    confirmed_at: datetime | None

    @property
    def state(self) -> SecondFactorState:
        return SecondFactorState.CONFIRMED if self.confirmed_at else SecondFactorState.WAITING
