"""The fifteen duties of Annex 1 (职责任务清单): whose they are, and which figures show that they are done.

``Duty`` here is a department's, as the plan's second part means it; on which days an elder is owed a visit
is told by ``api.domain.duty``.
"""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    ELDERLY_CARE_COUNCIL = "elderly_care_council"  # 养老服务联席会议成员单位
    POLITICAL_LEGAL_AFFAIRS = "political_legal_affairs"  # 政法委
    CIVILISATION_OFFICE = "civilisation_office"  # 文明办
    CIVIL_AFFAIRS = "civil_affairs"  # 民政部门
    EDUCATION = "education"  # 教育部门
    FINANCE = "finance"  # 财政部门
    HOUSING = "housing"  # 住建部门
    AGRICULTURE = "agriculture"  # 农业农村部门
    HEALTH = "health"  # 卫健部门
    DISABLED_FEDERATION = "disabled_federation"  # 残联
    TOWNSHIP = "township"  # 乡镇人民政府（街道办事处）


class DutyNumber(StrEnum):
    """A figure of one year."""

    CHARITY_TARGETS = "charity_targets"  # 可转介的慈善组织
    CHARITY_REFERRALS = "charity_referrals"  # 慈善组织已落实的转介
    ESCALATIONS_RECEIVED = "escalations_received"  # 接到的风险
    ESCALATIONS_CLOSED = "escalations_closed"  # 其中已办结的风险
    CIVILISATION_CENTRE_VISITS = "civilisation_centre_visits"  # 新时代文明实践中心探访次数
    CIVILISATION_CENTRE_ELDERS = "civilisation_centre_elders"  # 新时代文明实践中心探访人数
    VOLUNTEER_VISITS = "volunteer_visits"  # 志愿者探访次数
    VOLUNTEER_ELDERS = "volunteer_elders"  # 志愿者探访人数
    PURCHASED_VISITS = "purchased_visits"  # 购买服务探访次数
    DAY_CENTRE_VISITS = "day_centre_visits"  # 在日间照料中心、农村幸福院探访次数
    CANTEEN_VISITS = "canteen_visits"  # 在长者食堂探访次数
    SOCIAL_WORK_STATION_VISITS = "social_work_station_visits"  # 社工站探访次数
    SOCIAL_WORKER_VISITS = "social_worker_visits"  # 社会工作者探访次数
    STUDENT_VISITS = "student_visits"  # 在校学生探访次数
    STUDENT_ELDERS = "student_elders"  # 在校学生探访人数
    STUDENT_CREDIT_HOURS = "student_credit_hours"  # 在校学生志愿服务时长
    BILLABLE_VISITS = "billable_visits"  # 可结算的探访次数
    PROPERTY_SERVICE_VISITS = "property_service_visits"  # 物业服务人员探访次数
    LEFT_BEHIND_ELDERS = "left_behind_elders"  # 在册留守老年人
    LEFT_BEHIND_VISIT_RATE = "left_behind_visit_rate"  # 留守老年人月探访率
    HEALTH_LEADS = "health_leads"  # 卫健部门提供的线索
    FAMILY_PLANNING_ELDERS = "family_planning_elders"  # 在册计划生育特殊家庭老年人
    ONE_TO_ONE_CONTACTS = "one_to_one_contacts"  # 有一对一联系人的计划生育特殊家庭老年人
    FAMILY_DOCTOR_VISITS = "family_doctor_visits"  # 家庭医生探访次数
    FAMILY_DOCTOR_ELDERS = "family_doctor_elders"  # 家庭医生探访人数
    FAMILY_DOCTOR_SIGNED = "family_doctor_signed"  # 家庭医生签约人数
    DISABLED_FEDERATION_LEADS = "disabled_federation_leads"  # 残联提供的线索
    SEVERELY_DISABLED_ELDERS = "severely_disabled_elders"  # 在册重残老年人
    LEADS_FOUND = "leads_found"  # 摸排线索
    LEADS_SETTLED = "leads_settled"  # 其中已核实的线索
    GRID_WORKER_VISITS = "grid_worker_visits"  # 网格员探访次数
    HAZARDS_FOUND = "hazards_found"  # 发现的安全隐患
    HAZARDS_RESOLVED = "hazards_resolved"  # 其中已消除的安全隐患
    FOLLOW_UPS = "follow_ups"  # 跟踪回访次数


class NotKept(StrEnum):
    """Why there is no figure."""

    CERTIFICATES_NOT_ISSUED = "certificates_not_issued"  # 尚未出具志愿服务时长证明
    FIELD_NOT_KEPT = "field_not_kept"  # 登记表没有这一项
    NOTHING_DUE = "nothing_due"  # 当年没有应访对象


NOT_KEPT = {
    DutyNumber.STUDENT_CREDIT_HOURS: NotKept.CERTIFICATES_NOT_ISSUED,
    DutyNumber.FAMILY_DOCTOR_SIGNED: NotKept.FIELD_NOT_KEPT,
}
"""Figures that the plan asks for and that no record holds yet."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of Annex 1. ``number``: as it stands there; ``text``: what it comes to."""

    number: int
    text: str
    unit: Unit
    figures: tuple[DutyNumber, ...]


_N = DutyNumber
DUTIES: tuple[Duty, ...] = (
    Duty(
        1,
        "列入基本养老服务体系建设重点，动员慈善组织捐赠",
        Unit.ELDERLY_CARE_COUNCIL,
        (_N.CHARITY_TARGETS, _N.CHARITY_REFERRALS),
    ),
    Duty(
        2,
        "列入平安建设重要任务",
        Unit.POLITICAL_LEGAL_AFFAIRS,
        (_N.ESCALATIONS_RECEIVED, _N.ESCALATIONS_CLOSED),
    ),
    Duty(
        3,
        "列入新时代文明实践中心（所、站）服务内容，倡导孝老爱亲",
        Unit.CIVILISATION_OFFICE,
        (_N.CIVILISATION_CENTRE_VISITS, _N.CIVILISATION_CENTRE_ELDERS),
    ),
    Duty(
        4,
        "纳入文明实践评估内容，组织志愿服务队伍参与",
        Unit.CIVILISATION_OFFICE,
        (_N.VOLUNTEER_VISITS, _N.VOLUNTEER_ELDERS),
    ),
    Duty(
        5,
        "通过政府购买服务入户，依托日间照料中心、幸福院、长者食堂等开展",
        Unit.CIVIL_AFFAIRS,
        (_N.PURCHASED_VISITS, _N.DAY_CENTRE_VISITS, _N.CANTEEN_VISITS),
    ),
    Duty(
        6,
        "列入乡镇（街道）社工站服务内容",
        Unit.CIVIL_AFFAIRS,
        (_N.SOCIAL_WORK_STATION_VISITS, _N.SOCIAL_WORKER_VISITS),
    ),
    Duty(7, "组织动员在校学生参与", Unit.EDUCATION, (_N.STUDENT_VISITS, _N.STUDENT_ELDERS)),
    Duty(8, "探索在校生志愿服务计学分", Unit.EDUCATION, (_N.STUDENT_CREDIT_HOURS,)),
    Duty(9, "统筹资金，指导依法依规购买服务", Unit.FINANCE, (_N.BILLABLE_VISITS,)),
    Duty(10, "引导物业服务企业在巡查、维修时同步探访", Unit.HOUSING, (_N.PROPERTY_SERVICE_VISITS,)),
    Duty(
        11,
        "协同建立农村留守老年人关爱服务机制，纳入乡村振兴考评",
        Unit.AGRICULTURE,
        (_N.LEFT_BEHIND_ELDERS, _N.LEFT_BEHIND_VISIT_RATE),
    ),
    Duty(
        12,
        "提供计划生育特殊家庭老年人数据，落实一对一联系人",
        Unit.HEALTH,
        (_N.HEALTH_LEADS, _N.FAMILY_PLANNING_ELDERS, _N.ONE_TO_ONE_CONTACTS),
    ),
    Duty(
        13,
        "家庭医生签约服务，慢病管理和健康监测",
        Unit.HEALTH,
        (_N.FAMILY_DOCTOR_VISITS, _N.FAMILY_DOCTOR_ELDERS, _N.FAMILY_DOCTOR_SIGNED),
    ),
    Duty(
        14,
        "提供残疾老年人基本信息，参与探访关爱",
        Unit.DISABLED_FEDERATION,
        (_N.DISABLED_FEDERATION_LEADS, _N.SEVERELY_DISABLED_ELDERS),
    ),
    Duty(
        15,
        "属地摸排，监督探访服务，跟踪回访，纳入网格管理",
        Unit.TOWNSHIP,
        (
            _N.LEADS_FOUND,
            _N.LEADS_SETTLED,
            _N.GRID_WORKER_VISITS,
            _N.HAZARDS_FOUND,
            _N.HAZARDS_RESOLVED,
            _N.FOLLOW_UPS,
        ),
    ),
)
