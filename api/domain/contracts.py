"""Contracts of purchased services (政府购买服务, plan 四(一)一是; R23, R31): where, when, at what price."""

from enum import StrEnum

from api.domain.machines import Machine, move


class Reach(StrEnum):
    """Whom a contract covers."""

    AREAS = "areas"  # 按区域
    ELDERS = "elders"  # 按名单


class ContractState(StrEnum):
    SIGNED = "signed"  # 已签订
    TERMINATED = "terminated"  # 提前终止


class ContractCommand(StrEnum):
    TERMINATE = "terminate"  # 提前终止


LIFE: Machine[ContractState, ContractCommand] = Machine(
    {ContractCommand.TERMINATE: move(ContractState.SIGNED, to=ContractState.TERMINATED)}
)


class Service(StrEnum):
    """What a contract pays for: a kind of visit, or a service given at one (R31)."""

    HOME_VISIT = "home_visit"  # 上门探访
    REMOTE_VISIT = "remote_visit"  # 电话、视频探访
    MEAL = "meal"  # 助餐
    CLEANING = "cleaning"  # 助洁
    BATHING = "bathing"  # 助浴
    MEDICAL = "medical"  # 助医
    MOBILITY = "mobility"  # 助行
    OTHER = "other"  # 其他


class CapPeriod(StrEnum):
    """How long a cap counts for one elder."""

    HALF_MONTH = "half_month"  # 每半月
    MONTH = "month"  # 每月
