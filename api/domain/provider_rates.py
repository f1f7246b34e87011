"""A provider's row of the rates (rule A30): an elder's obligation is met by whoever came.

What somebody else had met before is neither the provider's merit nor its miss.
"""

from dataclasses import dataclass

from api.domain.rates import percentage


@dataclass(frozen=True, slots=True)
class ProviderCounts:
    """Obligations of a month whose elder was assigned to the provider on most days of the period.

    ``missed``: unmet when their time was over; what is neither met nor missed still runs.
    """

    assigned: int = 0
    met_by_own: int = 0
    met_by_others: int = 0
    missed: int = 0

    @property
    def rate(self) -> str | None:
        """Own ÷ (assigned − met by others) in percent; None where nothing was left to the provider."""
        return percentage(self.met_by_own, self.assigned - self.met_by_others)

    def __add__(self, other: "ProviderCounts") -> "ProviderCounts":
        return ProviderCounts(
            self.assigned + other.assigned,
            self.met_by_own + other.met_by_own,
            self.met_by_others + other.met_by_others,
            self.missed + other.missed,
        )
