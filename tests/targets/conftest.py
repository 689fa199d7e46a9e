"""The two implementations side by side, and Hypothesis profiles.

``pytest tests/targets --hypothesis-profile=deep`` looks for longer.
"""

import pytest
from hypothesis import HealthCheck, settings

from tests.targets.naive import naive_measure

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
settings.register_profile("quick", max_examples=60, deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("deep", max_examples=5000, deadline=None, suppress_health_check=SLOW_IS_FINE)
if settings.get_current_profile_name() != "deep":
    settings.load_profile("quick")


@pytest.fixture(params=["core", "naive"])
def measure(request):
    if request.param == "naive":
        return naive_measure
    from targets.core.measure import measure

    return measure
