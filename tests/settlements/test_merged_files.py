"""What was paid stays as it was written when two files of one person become one, and nothing is paid again."""

from tests.duty.office import GENERAL
from tests.merges.test_merging import merge, without_number
from tests.settlements.purchases import HOME, Purchases


async def test_a_paid_line_keeps_its_elder_and_is_not_paid_again(purchases: Purchases) -> None:
    drop = await without_number(purchases, "2026-10-05")
    keep = await purchases.confirmed("2026-10-05", **GENERAL)
    purchases.on("2026-11-30")
    provider = await purchases.provider(HOME)
    await purchases.visited(provider, drop, "2026-11-20")
    purchases.on("2026-12-01")
    await purchases.closed(provider, "2026-11")
    paid = await purchases.lines(provider, "2026-11")
    assert (await merge(purchases, keep, drop)).is_success
    purchases.on("2027-01-02")
    december = await purchases.closed(provider, "2026-12")

    assert await purchases.lines(provider, "2026-11") == paid
    assert [line["elder_id"] for line in paid] == [drop]
    assert (december["amount"], await purchases.lines(provider, "2026-12")) == (0, [])
