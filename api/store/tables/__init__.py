"""Every table, so that importing this package fills the metadata."""

from api.store.tables.base import Row, table_of
from api.store.tables.closings import FrozenMonth, MonthClosing, Restatement
from api.store.tables.complaints import Complaint
from api.store.tables.departments import DutyReport, MilestoneDate
from api.store.tables.elders import (
    Consent,
    Elder,
    ElderCategory,
    ElderExternalId,
    ElderPhone,
    ElderResidence,
    ElderTier,
    FamilyMember,
    FrequencyOverride,
    Stint,
    Suspension,
)
from api.store.tables.escalations import DutyContact, Escalation, EscalationStep
from api.store.tables.follow_ups import FollowUp
from api.store.tables.hazards import Hazard
from api.store.tables.imports import Import, ImportPart
from api.store.tables.incidents import IncidentReview
from api.store.tables.inspections import Inspection
from api.store.tables.leads import Lead
from api.store.tables.obligations import DueCount, ElderMonthRow, MonthPlan, ObligationRow, Task, VillageMonth
from api.store.tables.people import (
    Client,
    ClientSecret,
    FailedSignIn,
    QuotaUse,
    RecoveryCode,
    RefreshToken,
    SecondFactor,
    SignInSession,
    User,
    UserGrant,
)
from api.store.tables.places import AreaSetting, CalendarDayRow, Counter, DivisionRow, PolicyVersion
from api.store.tables.proposals import ElderAlias, IdentityConflict, Proposal
from api.store.tables.providers import (
    Assignment,
    Contract,
    ContractArea,
    ContractService,
    Pairing,
    Provider,
    StandDown,
    Training,
)
from api.store.tables.rectifications import Rectification
from api.store.tables.referrals import (
    Need,
    PolicyApplication,
    Referral,
    ReferralAttempt,
    ReferralTarget,
    ReferralTargetService,
)
from api.store.tables.reviews import Review
from api.store.tables.settlements import Settlement, SettlementLine
from api.store.tables.surges import FestivalSettingRow, SurgeRow, WeatherSignal
from api.store.tables.traces import AuditEntry, AuditLink, AuditMention, Event, Job, StoredAnswer, Version
from api.store.tables.visits import HeldVisit, Visit, VisitPhoto, Worker
from api.store.tables.whereabouts import WhereaboutsCheck

__all__ = [
    "AreaSetting",
    "Assignment",
    "AuditEntry",
    "AuditLink",
    "AuditMention",
    "CalendarDayRow",
    "Client",
    "ClientSecret",
    "Complaint",
    "Consent",
    "Contract",
    "ContractArea",
    "ContractService",
    "Counter",
    "DivisionRow",
    "DueCount",
    "DutyContact",
    "DutyReport",
    "Elder",
    "ElderAlias",
    "ElderCategory",
    "ElderExternalId",
    "ElderMonthRow",
    "ElderPhone",
    "ElderResidence",
    "ElderTier",
    "Escalation",
    "EscalationStep",
    "Event",
    "FailedSignIn",
    "FamilyMember",
    "FestivalSettingRow",
    "FollowUp",
    "FrequencyOverride",
    "FrozenMonth",
    "Hazard",
    "HeldVisit",
    "IdentityConflict",
    "Import",
    "ImportPart",
    "IncidentReview",
    "Inspection",
    "Job",
    "Lead",
    "MilestoneDate",
    "MonthClosing",
    "MonthPlan",
    "Need",
    "ObligationRow",
    "Pairing",
    "PolicyApplication",
    "PolicyVersion",
    "Proposal",
    "Provider",
    "QuotaUse",
    "RecoveryCode",
    "Rectification",
    "Referral",
    "ReferralAttempt",
    "ReferralTarget",
    "ReferralTargetService",
    "RefreshToken",
    "Restatement",
    "Review",
    "Row",
    "SecondFactor",
    "Settlement",
    "SettlementLine",
    "SignInSession",
    "StandDown",
    "Stint",
    "StoredAnswer",
    "SurgeRow",
    "Suspension",
    "Task",
    "Training",
    "User",
    "UserGrant",
    "Version",
    "VillageMonth",
    "Visit",
    "VisitPhoto",
    "WeatherSignal",
    "WhereaboutsCheck",
    "Worker",
    "table_of",
]

metadata = Row.metadata
