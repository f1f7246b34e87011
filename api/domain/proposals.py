"""Changes of a confirmed elder's file that somebody proposes and the township decides (plan 三(三); R8, A21, A22, A34).

A file belongs to the village until it is confirmed; afterwards whoever notices a change says so, and only who may
confirm elders makes it the register's.
"""

from enum import StrEnum

from api.domain.machines import Machine, move


class ProposalKind(StrEnum):
    SUSPENSION = "suspension"  # 建议暂停探访（住院、外出）
    EXIT_MOVED_OUT = "exit_moved_out"  # 建议退出：迁出本区
    EXIT_DEATH = "exit_death"  # 建议退出：去世
    EXIT_INSTITUTION = "exit_institution"  # 建议退出：入住养老机构
    TRANSFER = "transfer"  # 区内迁居，交接
    PHONE = "phone"  # 联系方式变更
    RESIDENT_ID = "resident_id"  # 身份证件号码更正
    CORRECTION = "correction"  # 台账信息更正
    FAMILY = "family"  # 家庭成员变更
    ROLL_ROW = "roll_row"  # 名册与在册信息不同
    COMFORT_SERVICE = "comfort_service"  # 建议提供精神慰藉


EXITS = frozenset({ProposalKind.EXIT_DEATH, ProposalKind.EXIT_MOVED_OUT, ProposalKind.EXIT_INSTITUTION})
PATCHES = frozenset({ProposalKind.PHONE, ProposalKind.RESIDENT_ID, ProposalKind.CORRECTION, ProposalKind.ROLL_ROW})
"""Those that change boxes of the form: what is proposed is a merge patch of it."""

OF_FORCES = EXITS | {ProposalKind.SUSPENSION, ProposalKind.TRANSFER, ProposalKind.PHONE}
"""What somebody of a provider may propose: what is seen at the door. Papers and families are not told to forces."""

PHONE_FIELDS = frozenset({"phones", "no_phone_reason", "emergency_contact", "primary_contact"})
IDENTITY_FIELDS = frozenset(
    {"id_type", "resident_id", "no_id_reason", "born_on", "sex", "sex_override_reason", "disability_certificate"}
)
FIELDS_OF = {ProposalKind.PHONE: PHONE_FIELDS, ProposalKind.RESIDENT_ID: IDENTITY_FIELDS}
"""The boxes that a proposal of the kind may change; other kinds any."""


class ProposalState(StrEnum):
    PROPOSED = "proposed"  # 待决定
    ACCEPTED = "accepted"  # 已采纳
    REJECTED = "rejected"  # 未采纳
    CANCELLED = "cancelled"  # 已撤回
    CLOSED_BY_EXIT = "closed_by_exit"  # 因退出而关闭


class ProposalCommand(StrEnum):
    HAND_OVER = "hand_over"  # 交接给接收乡镇
    ACCEPT = "accept"  # 采纳
    REJECT = "reject"  # 不采纳
    CANCEL = "cancel"  # 撤回
    CLOSE_BY_EXIT = "close_by_exit"  # 因退出关闭
    PROPOSE_AGAIN = "propose_again"  # 再次提出


_S = ProposalState
LIFE: Machine[ProposalState, ProposalCommand] = Machine(
    {
        ProposalCommand.HAND_OVER: move(_S.PROPOSED),
        ProposalCommand.ACCEPT: move(_S.PROPOSED, to=_S.ACCEPTED),
        ProposalCommand.REJECT: move(_S.PROPOSED, to=_S.REJECTED),
        ProposalCommand.CANCEL: move(_S.PROPOSED, to=_S.CANCELLED),
        ProposalCommand.CLOSE_BY_EXIT: move(_S.PROPOSED, to=_S.CLOSED_BY_EXIT),
        ProposalCommand.PROPOSE_AGAIN: move(_S.CANCELLED, _S.CLOSED_BY_EXIT, to=_S.PROPOSED),
    }
)
