"""Who comes to see whom, since when (R21, R27): assignments of elders to forces, and pairings with cadres."""

from enum import StrEnum

from api.domain.machines import Machine, move


class AssignmentState(StrEnum):
    RUNNING = "running"  # 服务中
    ENDED = "ended"  # 已结束


class AssignmentCommand(StrEnum):
    END = "end"  # 结束派单


LIFE: Machine[AssignmentState, AssignmentCommand] = Machine(
    {AssignmentCommand.END: move(AssignmentState.RUNNING, to=AssignmentState.ENDED)}
)


class PairingState(StrEnum):
    RUNNING = "running"  # 结对中
    ENDED = "ended"  # 已解除
