"""What a visit record may say (Annex 4 探访关爱服务记录表), what it opens, and what makes one look twice."""

from enum import StrEnum


class Outcome(StrEnum):
    COMPLETED = "completed"  # 完成
    NOT_MET = "not_met"  # 未遇
    REFUSED = "refused"  # 拒访
    HOSPITALISED = "hospitalised"  # 住院
    MOVED = "moved"  # 已搬离
    DECEASED = "deceased"  # 已去世
