"""The layers, bundled once, and functions that run on them against an account and rows of their own."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from cdk.constructs.layer_files import HANDLERS, copy_packages
from functions.manifest import Function, Need
from tests.lambda_runtime.bundle import HERE, LAMBDA, ROOT, Bundle, unpacked
from tests.lambda_runtime.sandbox import client_folder


@pytest.fixture(scope="session")
def bundles(request: pytest.FixtureRequest) -> Path:
    """A folder that outlives the session, in .pytest_cache."""
    assert request.config.cache
    return request.config.cache.mkdir("layers")


@pytest.fixture(scope="session")
def bundle_for_lambda(bundles: Path) -> Bundle:
    """The layers as they are deployed."""
    return Bundle(bundles, LAMBDA)


@pytest.fixture(scope="session")
def bundle_for_this_machine(bundles: Path) -> Bundle:
    """The same requirements, for the Python and the machine of the tests."""
    return Bundle(bundles, HERE)


@pytest.fixture(scope="session")
def task(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the handlers, as Lambda has it in /var/task."""
    folder = tmp_path_factory.mktemp("task")
    copy_packages(HANDLERS, folder)
    return folder


@pytest.fixture(scope="session")
def path_of(
    bundle_for_this_machine: Bundle, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Function], str]:
    """Return the PYTHONPATH of a function: its layers and the runtime interface client."""
    folder = tmp_path_factory.mktemp("opt")
    copy_packages({"kenpin": ROOT / "layers" / "kenpin" / "python" / "kenpin"}, folder / "ours")
    client = client_folder(folder / "client")

    @cache
    def opt(needs: tuple[Need, ...]) -> Path:
        layers = [folder / "ours", bundle_for_this_machine.layer("vendor")]
        layers += [bundle_for_this_machine.layer(name) for name in needs]
        return unpacked(layers, folder / "+".join(("vendor", *needs)))

    return lambda function: f"{opt(function.needs)}:{client}"
