"""The sandbox (沙箱): a made-up district beside the real one, for whoever writes a system that is to talk to us.

It is a district like any other, so that everything works there and nothing of it is seen, counted or paid anywhere
else: an actor's areas lie in one district. Its code is nobody's (GB/T 2260 gives no 99).
"""

from api.domain.access import AreaCode
from api.domain.divisions import Division, Level

SANDBOX = AreaCode("990303")


def divisions() -> tuple[Division, ...]:
    """The district with two townships of two villages each."""
    found = [Division(SANDBOX, Level.DISTRICT, "沙箱区", "沙箱区", "区", "")]
    for township, name in (("101", "东沙镇"), ("102", "西沙镇")):
        code = SANDBOX + township
        found.append(Division(code, Level.TOWNSHIP, name, name.removesuffix("镇"), "镇", SANDBOX))
        for village, called in (("201", "甲"), ("202", "乙")):
            short = f"{name[0]}{called}村"
            found.append(Division(code + village, Level.VILLAGE, f"{short}村委会", short, "村委会", code))
    return tuple(found)
