"""Who may do what, and where (plan 二, 五(二): 县级督导员, 乡镇指导员, 村居联络员; 四(一): 服务力量).

Where = an area code; a code contains whatever begins with it. What = a permission, held by a role in
one table. A person holds dated grants (role × area); a deputy holds those of the person represented. Somebody
of a provider reaches whom it serves, within the area; a visitor whom the worker is to see.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NewType
from uuid import UUID

from api.domain.errors import Forbidden, NotFound

AreaCode = NewType("AreaCode", str)  # 6 digits 区县, 9 乡镇, 12 村居; unpadded


def contains(area: AreaCode, code: str) -> bool:
    """Whether ``code`` lies in ``area``: 350303 ⊃ 350303104 ⊃ 350303104201."""
    return code.startswith(area)


def district_of(area: str) -> AreaCode:
    """The district in which an area lies, or which it is."""
    return AreaCode(area[: AREA_LENGTH[Role.DISTRICT_SUPERVISOR]])


def meets(area: str, other: str) -> bool:
    """Whether one of two areas lies in the other."""
    return area.startswith(other) or other.startswith(area)


class Role(StrEnum):
    DISTRICT_SUPERVISOR = "district_supervisor"  # 县级督导员
    TOWNSHIP_INSTRUCTOR = "township_instructor"  # 乡镇(街道)指导员
    VILLAGE_LIAISON = "village_liaison"  # 村(居)联络员
    PROVIDER = "provider"  # 服务力量
    VISITOR = "visitor"  # 探访员
    ADMIN = "admin"  # 系统管理员
    DASHBOARD = "dashboard"  # 数据看板
    AUDITOR = "auditor"  # 审计员


AREA_LENGTH = {
    Role.DISTRICT_SUPERVISOR: 6,
    Role.TOWNSHIP_INSTRUCTOR: 9,
    Role.VILLAGE_LIAISON: 12,
    Role.ADMIN: 6,
    Role.DASHBOARD: 6,
    Role.AUDITOR: 6,
}
FORCE_ROLES = frozenset({Role.PROVIDER, Role.VISITOR})  # held for a provider, in an area of any level


def fits(role: Role, area: str) -> bool:
    """Whether the area is of the level at which the role works."""
    return len(area) == AREA_LENGTH.get(role, len(area))


class Permission(StrEnum):
    OWN_ACCOUNT = "own_account"  # 本人账号
    REFERENCE_READ = "reference_read"  # 查阅代码表、区划、政策
    ELDER_READ = "elder_read"  # 查看、查找老年人
    REGISTERS_READ = "registers_read"  # 查看台账
    ELDER_REVEAL = "elder_reveal"  # 查看完整敏感信息
    ELDER_ERASE = "elder_erase"  # 删除老年人个人信息
    ELDER_DRAFT = "elder_draft"  # 建档、核实、提出变更
    ELDER_CONFIRM = "elder_confirm"  # 确定、退出、调整
    VISIT_READ = "visit_read"  # 查看探访记录
    VISIT_RECORD = "visit_record"  # 填报探访记录
    VISIT_OVERSEE = "visit_oversee"  # 退回、作废
    ELDER_IMPORT = "elder_import"  # 导入台账
    VISIT_IMPORT = "visit_import"  # 导入探访记录
    EXCEPTION_DECIDE = "exception_decide"  # 核定免访例外
    RISK_REPORT = "risk_report"  # 报告风险
    AFTERCARE_READ = "aftercare_read"  # 查看风险、隐患、需求、转介
    AFTERCARE_ACT = "aftercare_act"  # 处置风险、隐患，提出转介
    REFERRAL_READ = "referral_read"  # 查看转介
    REFERRAL_ANSWER = "referral_answer"  # 答复、落实转介
    REFERRAL_MANAGE = "referral_manage"  # 办理转介
    FOLLOW_UP = "follow_up"  # 跟踪回访、办结
    INSPECT = "inspect"  # 抽查、纠偏止错
    INSPECTION_ANSWER = "inspection_answer"  # 查看抽查、作出说明
    RECTIFICATION_ANSWER = "rectification_answer"  # 查看整改要求、报告整改情况
    CHANGE_PROPOSE = "change_propose"  # 提出变更建议
    TASK_DO = "task_do"  # 查看、办结待办
    MONTH_CLOSE = "month_close"  # 月度结账
    SURGE_MANAGE = "surge_manage"  # 启动加密探访
    SURGE_PROPOSE = "surge_propose"  # 建议加密探访
    DUTY_MANAGE = "duty_manage"  # 职责任务清单、工作日历
    PROVIDER_READ = "provider_read"  # 查看服务力量、合同、派单
    PROVIDER_MANAGE = "provider_manage"  # 管理服务力量
    CONTRACT_MANAGE = "contract_manage"  # 管理政府购买服务合同
    FORCE_MANAGE = "force_manage"  # 管理服务人员、培训、派单、挂钩联系
    SETTLEMENT_READ = "settlement_read"  # 查看结算
    SCORECARD_READ = "scorecard_read"  # 查看服务评价
    RATES_READ = "rates_read"  # 查看探访率
    RATES_NAMES = "rates_names"  # 查看探访率名单
    POLICY_MANAGE = "policy_manage"  # 设置政策参数、区划
    USERS_MANAGE = "users_manage"  # 管理账号
    CLIENTS_MANAGE = "clients_manage"  # 管理机器客户端
    AUDIT_READ = "audit_read"  # 查阅审计
    ACCESSES_READ = "accesses_read"  # 查阅老年人档案的使用记录


_EVERYBODY = frozenset({Permission.OWN_ACCOUNT, Permission.REFERENCE_READ, Permission.RISK_REPORT})
_ROLL = frozenset(
    {
        Permission.ELDER_READ,
        Permission.REGISTERS_READ,
        Permission.ELDER_REVEAL,
        Permission.ELDER_DRAFT,
        Permission.VISIT_READ,
        Permission.RATES_READ,
        Permission.RATES_NAMES,
        Permission.AFTERCARE_READ,
        Permission.AFTERCARE_ACT,
        Permission.REFERRAL_READ,
        Permission.RECTIFICATION_ANSWER,
        Permission.CHANGE_PROPOSE,
        Permission.TASK_DO,
        Permission.PROVIDER_READ,
        Permission.FORCE_MANAGE,
    }
)
_OFFICE = _ROLL | {
    Permission.ELDER_CONFIRM,
    Permission.ELDER_IMPORT,
    Permission.VISIT_IMPORT,
    Permission.VISIT_OVERSEE,
    Permission.USERS_MANAGE,
    Permission.REFERRAL_ANSWER,
    Permission.REFERRAL_MANAGE,
    Permission.FOLLOW_UP,
    Permission.INSPECT,
    Permission.INSPECTION_ANSWER,
    Permission.SURGE_PROPOSE,
    Permission.PROVIDER_MANAGE,
    Permission.SCORECARD_READ,
}
_DISTRICT = frozenset(
    {
        Permission.POLICY_MANAGE,
        Permission.EXCEPTION_DECIDE,
        Permission.MONTH_CLOSE,
        Permission.SURGE_MANAGE,
        Permission.DUTY_MANAGE,
        Permission.CONTRACT_MANAGE,
        Permission.SETTLEMENT_READ,
        Permission.CLIENTS_MANAGE,
        Permission.ACCESSES_READ,
        Permission.ELDER_ERASE,
    }
)
_FORCE = frozenset({Permission.ELDER_READ, Permission.VISIT_READ, Permission.VISIT_RECORD, Permission.VISIT_IMPORT})
_NOTICED = frozenset({Permission.CHANGE_PROPOSE, Permission.TASK_DO})
_ANSWERED = frozenset(
    {
        Permission.REFERRAL_READ,
        Permission.REFERRAL_ANSWER,
        Permission.INSPECTION_ANSWER,
        Permission.RECTIFICATION_ANSWER,
    }
)
_ACCOUNTS = frozenset({Permission.RATES_READ, Permission.SETTLEMENT_READ, Permission.SCORECARD_READ})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.DISTRICT_SUPERVISOR: _EVERYBODY | _OFFICE | _DISTRICT,
    Role.TOWNSHIP_INSTRUCTOR: _EVERYBODY | _OFFICE | {Permission.VISIT_RECORD},
    Role.VILLAGE_LIAISON: _EVERYBODY | _ROLL | {Permission.VISIT_RECORD},
    Role.PROVIDER: _EVERYBODY | _FORCE | _NOTICED | _ANSWERED | _ACCOUNTS,
    Role.VISITOR: _EVERYBODY | _FORCE - {Permission.VISIT_IMPORT} | _NOTICED,
    Role.ADMIN: _EVERYBODY | {Permission.USERS_MANAGE, Permission.CLIENTS_MANAGE},
    Role.DASHBOARD: _EVERYBODY | {Permission.RATES_READ},
    Role.AUDITOR: _EVERYBODY | {Permission.AUDIT_READ, Permission.ACCESSES_READ},
}


class Scope(StrEnum):
    """What a provider's system is let do: as much of the provider's permissions as it needs."""

    VISITS_WRITE = "visits:write"  # 填报探访记录
    VISITS_READ = "visits:read"  # 查看探访记录
    ELDERS_READ = "elders:read"  # 查看服务的老年人
    FILES_WRITE = "files:write"  # 以文件导入探访记录
    RATES_READ = "rates:read"  # 查看探访率、服务评价和结算
    AFTERCARE_WRITE = "aftercare:write"  # 答复转介、抽查和整改，提出变更建议，办结待办


SCOPES: dict[Scope, frozenset[Permission]] = {
    Scope.VISITS_WRITE: frozenset({Permission.VISIT_RECORD}),
    Scope.VISITS_READ: frozenset({Permission.VISIT_READ}),
    Scope.ELDERS_READ: frozenset({Permission.ELDER_READ}),
    Scope.FILES_WRITE: frozenset({Permission.VISIT_IMPORT}),
    Scope.RATES_READ: _ACCOUNTS,
    Scope.AFTERCARE_WRITE: _NOTICED | _ANSWERED,
}

WHILE_STOOD_DOWN = _EVERYBODY | {Permission.VISIT_RECORD}
"""What is left to a provider that may not come: records of earlier days count by those days (A35)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in an area, from a day to a day (inclusive; open without ``ends_on``).

    Those of a provider's people name it (``provider_id``), a visitor's also the worker.
    """

    role: Role
    area: AreaCode
    starts_on: date
    ends_on: date | None = None
    deputy_for: UUID | None = None
    provider_id: UUID | None = None
    worker_id: UUID | None = None

    def runs_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with the grants that run today. A system actor names why it acts.

    ``provider_id``: for whom somebody of a provider acts, and ``worker_id`` as whom; told by the grants.
    ``stood_down``: the provider or the worker may not come any more (R50). ``scopes``: of a machine's token.
    """

    id: UUID | None
    grants: tuple[Grant, ...]
    session_id: UUID | None = None
    reason: str | None = None
    must_change_password: bool = False
    area: AreaCode | None = None  # of a system actor
    provider_id: UUID | None = None
    worker_id: UUID | None = None
    stood_down: bool = False
    scopes: frozenset[Scope] | None = None
    second_factor: bool = False

    def __post_init__(self) -> None:
        for name in ("provider_id", "worker_id"):
            told = next((known for grant in self.grants if (known := getattr(grant, name))), getattr(self, name))
            object.__setattr__(self, name, told)

    @classmethod
    def system(cls, area: AreaCode | str, reason: str) -> "Actor":
        """The service itself at work for an area (jobs, the command line)."""
        if not area or not reason:
            raise Forbidden("system_actor_needs_area_and_reason")
        return cls(id=None, grants=(), reason=reason, area=AreaCode(area))

    def carrying_out(self, area: AreaCode | str, reason: str) -> "Actor":
        """The same person while the service carries out in ``area`` what was decided by all who had to.

        The person may not look there, so the answer must not tell what is.
        """
        return replace(self, area=AreaCode(area), reason=reason)

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(dict.fromkeys(grant.role for grant in self.grants))

    def needs_second_factor(self, demanding: Collection[Role]) -> bool:
        """Whether one of the roles held demands more than a password; a machine has no device to look at."""
        return not self.machine and not set(self.roles).isdisjoint(demanding)

    @property
    def machine(self) -> bool:
        """Whether another system acts, not a person."""
        return self.scopes is not None

    def may(self, permission: Permission) -> bool:
        if self.area is not None:
            return True
        return self._lets(permission) and any(permission in GRANTS[grant.role] for grant in self.grants)

    def _lets(self, permission: Permission) -> bool:
        """Whether the scopes of a machine leave it the permission; a person has none to narrow anything."""
        if self.scopes is None or permission in _EVERYBODY:
            return True
        return any(permission in SCOPES[scope] for scope in self.scopes)

    def acting(self, permission: Permission) -> "Actor":
        """The same actor with only the grants that hold ``permission``.

        Raises Forbidden without any, ``scope_missing`` where a machine's token leaves it out, and
        ``provider_suspended`` for what ends with a suspension.
        """
        if self.area is not None:
            return self
        if not self.grants:
            raise Forbidden("no_valid_grant")
        held = tuple(grant for grant in self.grants if permission in GRANTS[grant.role])
        if not held:
            raise Forbidden(permission=permission.value)
        if not self._lets(permission):
            raise Forbidden("scope_missing", permission=permission.value)
        if self.stood_down and permission not in WHILE_STOOD_DOWN:
            raise Forbidden("provider_suspended")
        return replace(self, grants=held)

    @property
    def confined(self) -> bool:
        """Whether the actor reaches nobody by area, but only whom a provider serves."""
        return self.provider_id is not None and self.area is None

    @property
    def source(self) -> str:
        """Whose the actor's records are: the provider's, or a person's own (A16)."""
        return f"provider:{self.provider_id}" if self.provider_id else f"user:{self.id}"

    @property
    def areas(self) -> tuple[AreaCode, ...]:
        """The areas of the grants, widest first, none inside another; never empty.

        Who is ``confined`` reaches nobody by them: they are only the wall around those who are served.
        """
        codes = {self.area} if self.area is not None else {grant.area for grant in self.grants}
        widest = outermost(codes)
        if not widest:
            raise Forbidden("no_valid_grant")
        return widest

    @property
    def district(self) -> AreaCode:
        """An area lies in one, and nobody has areas in two: what is handed over stays among those who share it."""
        return district_of(self.areas[0])

    @property
    def reached(self) -> tuple[AreaCode, ...]:
        """The areas in which the actor reaches everybody; none of somebody who is confined."""
        return () if self.confined else self.areas

    def covers(self, code: str) -> bool:
        return any(contains(area, code) for area in self.reached)

    def narrowed(self, area: str | None) -> tuple[AreaCode, ...]:
        """The areas reached, or one inside them; raises NotFound for any other."""
        if area is None:
            return self.reached
        if not self.covers(area):
            raise NotFound()
        return (AreaCode(area),)

    def walled(self, area: str | None) -> tuple[AreaCode, ...]:
        """The actor's areas, or one inside them, for whoever looks there; raises NotFound for any other."""
        if area is None:
            return self.areas
        if not any(contains(mine, area) for mine in self.areas):
            raise NotFound()
        return (AreaCode(area),)

    def has(self, role: Role, code: str) -> bool:
        """Whether the actor holds ``role`` in an area that contains ``code``."""
        return any(grant.role is role and contains(grant.area, code) for grant in self.grants)


def outermost(codes: Iterable[AreaCode]) -> tuple[AreaCode, ...]:
    """The codes that lie in no other of them, in order."""
    kept: list[AreaCode] = []
    for code in sorted(set(codes)):
        if not any(contains(other, code) for other in kept):
            kept.append(code)
    return tuple(kept)
