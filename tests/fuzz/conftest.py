"""FUZZ_CASES cases of each parser (``make fuzz``: 10,000), a hundred or so without it; told at the end."""

import pytest

from tests.edu_plan.walk import clients, world  # noqa: F401  fixtures
from tests.fuzz.watch import TOLD


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TOLD:
        terminalreporter.section("cases, the slowest, the hungriest")
        for parser, told in sorted(TOLD.items()):
            line = f"{parser:<28} {told.cases:>8,} {told.seconds:>8.2f} s {told.megabytes:>8.0f} MB"
            terminalreporter.write_line(line)
