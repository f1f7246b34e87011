"""Messages: settling with providers."""

from api.messages import Message, Text

_DISTRICT, _DISTRICT_EN = "县级督导员", "the district's supervisor"

MESSAGES: tuple[Message, ...] = (
    Message(
        "later_month_settled",
        409,
        Text("{month} 已经结算，更早的月份不再单独结算", "请结算之后的月份，漏算、多算会自动补入", _DISTRICT),
        Text(
            "{month} is settled already; earlier months are not settled on their own any more",
            "settle a later month: what is missing comes into it by itself",
            _DISTRICT_EN,
        ),
    ),
    Message(
        "own_rates_only",
        403,
        Text("服务力量只能查看本单位的探访率", "请按服务力量查看（by=provider）", _DISTRICT),
        Text("a provider reads its own rates only", "ask with by=provider", _DISTRICT_EN),
    ),
)
