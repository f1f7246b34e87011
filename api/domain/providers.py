"""Service forces (服务力量; plan 四(一)): who may come to see an elder."""

from collections.abc import Mapping
from enum import StrEnum

from api.domain.machines import Machine, move


class ForceKind(StrEnum):
    SELF_GOVERNING_ORGANISATION = "self_governing_organisation"  # 群众性自治组织
    ELDERS_ASSOCIATION = "elders_association"  # 基层老年协会
    ELDERLY_SERVICE_CENTRE = "elderly_service_centre"  # 养老服务中心
    OWNERS_COMMITTEE = "owners_committee"  # 业主委员会
    GRID_WORKER = "grid_worker"  # 网格员
    FAMILY_DOCTOR = "family_doctor"  # 家庭医生
    CARE_WORKER = "care_worker"  # 养老服务人员
    SOCIAL_WORKER = "social_worker"  # 社会工作者
    VOLUNTEER = "volunteer"  # 志愿者
    VETERAN_PARTY_MEMBER = "veteran_party_member"  # 老党员
    YOUNGER_ELDER = "younger_elder"  # 低龄健康老年人
    RELATIVE_OR_NEIGHBOUR = "relative_or_neighbour"  # 亲属邻里
    DAY_CARE_CENTRE = "day_care_centre"  # 日间照料中心、农村幸福院、“食堂＋学堂”
    CIVILISATION_CENTRE = "civilisation_centre"  # 新时代文明实践中心
    SOCIAL_WORK_STATION = "social_work_station"  # 乡镇（街道）社工站
    PUBLIC_WELFARE_POST = "public_welfare_post"  # 村（居）助老公益性岗位
    PAIRED_CADRE = "paired_cadre"  # 挂钩联系党员干部、行政事业单位
    STUDENT = "student"  # 在校学生
    PROPERTY_SERVICE = "property_service"  # 小区物业服务人员
    OTHER = "other"  # 其他


FORCE_WORDS: Mapping[ForceKind, str] = {
    ForceKind.SELF_GOVERNING_ORGANISATION: "群众性自治组织",
    ForceKind.ELDERS_ASSOCIATION: "基层老年协会",
    ForceKind.ELDERLY_SERVICE_CENTRE: "养老服务中心",
    ForceKind.OWNERS_COMMITTEE: "业主委员会",
    ForceKind.GRID_WORKER: "网格员",
    ForceKind.FAMILY_DOCTOR: "家庭医生",
    ForceKind.CARE_WORKER: "养老服务人员",
    ForceKind.SOCIAL_WORKER: "社会工作者",
    ForceKind.VOLUNTEER: "志愿者",
    ForceKind.VETERAN_PARTY_MEMBER: "老党员",
    ForceKind.YOUNGER_ELDER: "低龄健康老年人",
    ForceKind.RELATIVE_OR_NEIGHBOUR: "亲属邻里",
    ForceKind.DAY_CARE_CENTRE: "日间照料中心",
    ForceKind.CIVILISATION_CENTRE: "新时代文明实践中心",
    ForceKind.SOCIAL_WORK_STATION: "社工站",
    ForceKind.PUBLIC_WELFARE_POST: "助老公益性岗位",
    ForceKind.PAIRED_CADRE: "挂钩联系党员干部",
    ForceKind.STUDENT: "在校学生",
    ForceKind.PROPERTY_SERVICE: "物业服务人员",
    ForceKind.OTHER: "其他",
}


class ForceState(StrEnum):
    """Whether a force, or one of its workers, may come (五(二): 确保服务力量的可靠性)."""

    ACTIVE = "active"  # 在用
    SUSPENDED = "suspended"  # 暂停
    REMOVED = "removed"  # 清退


class ForceCommand(StrEnum):
    SUSPEND = "suspend"  # 暂停
    RESUME = "resume"  # 恢复
    REMOVE = "remove"  # 清退


LIFE: Machine[ForceState, ForceCommand] = Machine(
    {
        ForceCommand.SUSPEND: move(ForceState.ACTIVE, to=ForceState.SUSPENDED),
        ForceCommand.RESUME: move(ForceState.SUSPENDED, to=ForceState.ACTIVE),
        ForceCommand.REMOVE: move(ForceState.ACTIVE, ForceState.SUSPENDED, to=ForceState.REMOVED),
    }
)


class WorkerState(StrEnum):
    """Whether a worker is known to the office, and may come."""

    UNVERIFIED = "unverified"  # 未核实
    ACTIVE = "active"  # 在岗
    SUSPENDED = "suspended"  # 暂停
    REMOVED = "removed"  # 清退


class WorkerCommand(StrEnum):
    VET = "vet"  # 核实
    SUSPEND = "suspend"  # 暂停
    RESUME = "resume"  # 恢复
    REMOVE = "remove"  # 清退


WORKER_LIFE: Machine[WorkerState, WorkerCommand] = Machine(
    {
        WorkerCommand.VET: move(WorkerState.UNVERIFIED, to=WorkerState.ACTIVE),
        WorkerCommand.SUSPEND: move(WorkerState.UNVERIFIED, WorkerState.ACTIVE, to=WorkerState.SUSPENDED),
        WorkerCommand.RESUME: move(WorkerState.SUSPENDED, to=WorkerState.ACTIVE),
        WorkerCommand.REMOVE: move(
            WorkerState.UNVERIFIED, WorkerState.ACTIVE, WorkerState.SUSPENDED, to=WorkerState.REMOVED
        ),
    }
)
