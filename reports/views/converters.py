"""Periods in addresses: …/bulletins/2024H2/."""

from base.quarters import Period


class PeriodConverter:
    """2024, 2024H2 or 2024Q3; anything else is no address of ours."""

    regex = r"\d{4}(?:H[12]|Q[1-4])?"

    def to_python(self, value: str) -> Period:
        return Period.parse(value)

    def to_url(self, value: Period | str) -> str:
        return str(value)
