"""The layers, bundled once."""

from pathlib import Path

import pytest

from tests.lambda_runtime.bundle import HERE, LAMBDA, Bundle


@pytest.fixture(scope="session")
def cache(request: pytest.FixtureRequest) -> Path:
    """A folder that outlives the session, in .pytest_cache."""
    assert request.config.cache
    return request.config.cache.mkdir("layers")


@pytest.fixture(scope="session")
def bundle_for_lambda(cache: Path) -> Bundle:
    """What is deployed."""
    return Bundle(cache, LAMBDA)


@pytest.fixture(scope="session")
def bundle_for_this_machine(cache: Path) -> Bundle:
    """The same requirements, for the Python and the machine of the tests."""
    return Bundle(cache, HERE)
