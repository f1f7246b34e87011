"""One ID number claimed for two files: who is who, only somebody who sees both can say (rule §1.10)."""

from enum import StrEnum

from api.domain.machines import Machine, move


class ConflictState(StrEnum):
    OPEN = "open"  # 待区里核定
    SAME_PERSON = "same_person"  # 同一人，已合并
    OTHER_PERSON = "other_person"  # 不是同一人，号码已更正


class ConflictCommand(StrEnum):
    FIND_SAME = "find_same"  # 核定为同一人
    FIND_OTHER = "find_other"  # 核定为不同的人


LIFE: Machine[ConflictState, ConflictCommand] = Machine(
    {
        ConflictCommand.FIND_SAME: move(ConflictState.OPEN, to=ConflictState.SAME_PERSON),
        ConflictCommand.FIND_OTHER: move(ConflictState.OPEN, to=ConflictState.OTHER_PERSON),
    }
)
