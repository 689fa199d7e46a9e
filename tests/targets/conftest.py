"""The two implementations side by side, and Hypothesis profiles.

The quick profile takes the same examples each time; ``pytest tests/targets --hypothesis-profile=deep`` takes others.
"""

import pytest
from hypothesis import HealthCheck, settings

from targets.core.measure import measure as core_measure
from tests.targets.naive import naive_measure

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
settings.register_profile("quick", max_examples=75, deadline=None, derandomize=True, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("deep", max_examples=3000, deadline=None, suppress_health_check=SLOW_IS_FINE)
if settings.get_current_profile_name() != "deep":
    settings.load_profile("quick")


@pytest.fixture(params=[core_measure, naive_measure], ids=["core", "naive"])
def measure(request):
    return request.param
