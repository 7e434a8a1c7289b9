"""Specifications fail with the events that differ; laws are tried often enough, however busy the machine."""

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.domain.specification")
settings.register_profile(
    "kenpin", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("kenpin")
