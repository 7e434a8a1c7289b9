"""Specifications fail with the events that differ."""

import pytest

pytest.register_assert_rewrite("tests.domain.specification")
