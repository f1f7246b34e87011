"""What the tests of providers say in one line: a force, a contract, who is sent to whom."""

from typing import Any

from tests.builders import TOWNSHIP
from tests.duty.office import Office

MEALS = {"service": "meal", "price": 1200}


async def a_force(office: Office, **said: Any) -> dict[str, Any]:
    """Of the township, unless another area is said."""
    form = {"area": TOWNSHIP, "kind": "volunteer", "name": "敬老志愿队", "starts_on": "2026-01-01", **said}
    return await office.does(office.supervisor, "/v1/providers", **form)


def a_contract(**said: Any) -> dict[str, Any]:
    """Over the township for the year 2026, for thirty yuan a visit."""
    return {
        "number": "涵民购〔2026〕11号",
        "purpose": "探访关爱服务",
        "reach": "areas",
        "areas": [TOWNSHIP],
        "data_clause": True,
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "services": [{"service": "home_visit", "price": 3000, "cap": 2, "cap_period": "month"}],
        **said,
    }


async def signed(office: Office, provider: dict[str, Any], **said: Any) -> dict[str, Any]:
    return await office.does(office.supervisor, f"/v1/providers/{provider['id']}/contracts", **a_contract(**said))
