"""People who may belong on the roll, until somebody has made sure (摸排; plan 三(一), 三(二): 不漏一户、不漏一人)."""

from enum import StrEnum

from api.domain.machines import Machine, move


class LeadSource(StrEnum):
    """Who named the person (rule R13)."""

    SOCIAL_WORK_STATION = "social_work_station"  # 社工站
    VILLAGE = "village"  # 村（居）委会
    GRID_WORKER = "grid_worker"  # 网格员
    DEPARTMENT = "department"  # 部门
    OTHER = "other"  # 其他


class LeadState(StrEnum):
    NEW = "new"  # 待核实
    VERIFYING = "verifying"  # 核实中
    VERIFIED = "verified"  # 已核实，转入建档
    NOT_FOUND = "not_found"  # 查无此人
    DUPLICATE = "duplicate"  # 重复
    NOT_ELIGIBLE = "not_eligible"  # 不属于服务对象


class LeadCommand(StrEnum):
    START = "start"  # 安排核实
    HAND_OVER = "hand_over"  # 改派核实人
    VERIFY = "verify"  # 核实属实
    NOT_FOUND = "not_found"  # 查无此人
    NOT_ELIGIBLE = "not_eligible"  # 不属于服务对象
    DUPLICATE = "duplicate"  # 认定重复
    REOPEN = "reopen"  # 重新核实


class Ineligible(StrEnum):
    """Why somebody who was found does not belong on the roll."""

    TOO_YOUNG = "too_young"  # 未满60周岁
    NO_CATEGORY = "no_category"  # 不属于七类对象
    LIVES_ELSEWHERE = "lives_elsewhere"  # 不在本区居住
    IN_INSTITUTION = "in_institution"  # 已入住养老机构
    DIED = "died"  # 已去世
    OTHER = "other"  # 其他


_S = LeadState
UNVERIFIED = (_S.NEW, _S.VERIFYING)
"""Nobody has made sure yet."""

LIFE: Machine[LeadState, LeadCommand] = Machine(
    {
        LeadCommand.START: move(_S.NEW, to=_S.VERIFYING),
        LeadCommand.HAND_OVER: move(_S.VERIFYING),
        LeadCommand.VERIFY: move(*UNVERIFIED, to=_S.VERIFIED),
        LeadCommand.NOT_FOUND: move(*UNVERIFIED, to=_S.NOT_FOUND),
        LeadCommand.NOT_ELIGIBLE: move(*UNVERIFIED, to=_S.NOT_ELIGIBLE),
        LeadCommand.DUPLICATE: move(*UNVERIFIED, to=_S.DUPLICATE),
        LeadCommand.REOPEN: move(_S.NOT_FOUND, _S.NOT_ELIGIBLE, _S.DUPLICATE, to=_S.VERIFYING),
    }
)
