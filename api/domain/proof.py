"""What shows that a visit took place: signatures (Annex 4 签字), positions, photos."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from api.domain.errors import Fault
from api.domain.policy import Method


class SignatureKind(StrEnum):
    SIGNED = "signed"  # 本人签字
    THUMBPRINT = "thumbprint"  # 按指印
    PROXY = "proxy"  # 代签
    UNABLE = "unable"  # 无法签字
    PAPER_ON_FILE = "paper_on_file"  # 纸质表存档
    NOT_APPLICABLE = "not_applicable"  # 不适用


class CaptureMethod(StrEnum):
    LIVE = "live"  # 现场填报
    OFFLINE = "offline"  # 离线填报后上传
    MANUAL = "manual"  # 事后补录
    PAPER = "paper"  # 纸质记录录入
    FILE = "file"  # 文件导入


class CoordSystem(StrEnum):
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True, slots=True)
class Signature:
    """``by``, ``relation``: of a proxy; ``reason``: why a proxy, or why none."""

    kind: SignatureKind
    by: str | None = field(default=None, repr=False)
    relation: str | None = None
    reason: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Capture:
    method: CaptureMethod
    reason: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Check:
    """A check-in or check-out as the device gave it; degrees, metres."""

    at: datetime
    lat: float = field(repr=False)
    lng: float = field(repr=False)
    coord_sys: CoordSystem
    accuracy_m: float | None = None
    mock: bool | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    sha256: str
    taken_at: datetime | None = None


_PARTS = {
    SignatureKind.PROXY: ("by", "relation", "reason"),
    SignatureKind.UNABLE: ("reason",),
}


def signature_faults(worker: Signature | None, elder: Signature | None, method: Method) -> Iterator[Fault]:
    """Both sign a completed home visit; whoever signs for somebody else, or cannot sign, says why."""
    for pointer, signature in (("/worker_signature", worker), ("/elder_signature", elder)):
        if signature is None:
            if method is Method.HOME:
                yield Fault("field_missing", pointer)
            continue
        if method is Method.HOME and signature.kind is SignatureKind.NOT_APPLICABLE:
            yield Fault("signature_needed", f"{pointer}/kind")
        for part in _PARTS.get(signature.kind, ()):
            if not getattr(signature, part):
                yield Fault("field_missing", f"{pointer}/{part}")
