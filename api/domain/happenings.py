"""What happened to an elder, as his timeline tells it (api resources: elders, timeline)."""

from enum import StrEnum


class Happening(StrEnum):
    VISIT = "visit"  # 探访
    TIER = "tier"  # 对象等级变动
    SUSPENSION = "suspension"  # 暂停探访
    EXIT = "exit"  # 退出
    CONSENT = "consent"  # 同意书
    HAZARD = "hazard"  # 安全隐患
    ESCALATION = "escalation"  # 重大风险隐患
    REFERRAL = "referral"  # 转介
    REVIEW = "review"  # 动态更新
    PROPOSAL = "proposal"  # 变更建议
