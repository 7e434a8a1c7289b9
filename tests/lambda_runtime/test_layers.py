"""The layers have every library that their files need, and are small enough."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from cdk.constructs.layer_files import size_of
from functions.manifest import FUNCTIONS, Function
from tests.lambda_runtime.bundle import ROOT, Bundle
from tests.lambda_runtime.shared_libraries import (
    libraries,
    missing_libraries,
    missing_versions,
)

pytestmark = pytest.mark.timeout(300)
MOST_BYTES: Final = 250 * 1024 * 1024
"""The limit of Lambda for all layers of a function with its code, unpacked."""
KINDS: Final = {function.needs: function for function in FUNCTIONS}
"""One function for each set of layers."""
each_kind = pytest.mark.parametrize(
    "function", KINDS.values(), ids=["+".join(("vendor", *needs)) for needs in KINDS]
)


@pytest.fixture(scope="module", params=["lambda", "this machine"])
def bundle(
    request: pytest.FixtureRequest, bundle_for_lambda: Bundle, bundle_for_this_machine: Bundle
) -> Bundle:
    return bundle_for_lambda if request.param == "lambda" else bundle_for_this_machine


@each_kind
def test_every_needed_library_is_in_the_layers_or_in_the_base_system(
    bundle: Bundle, function: Function
) -> None:
    found = libraries(bundle.layers_of(function))
    assert found
    assert missing_libraries(found) == set()


@each_kind
def test_every_needed_symbol_version_is_there(bundle: Bundle, function: Function) -> None:
    found = libraries(bundle.layers_of(function))
    assert {name for it in found for name, _ in it.versions_needed} >= {"libc.so.6"}
    assert missing_versions(found) == set()


def test_a_library_that_is_taken_away_is_missed(bundle_for_lambda: Bundle) -> None:
    found = libraries([bundle_for_lambda.layer("arrow")])
    left = [it for it in found if "substrait" not in it.name]
    assert {needed.partition(".")[0] for _, needed in missing_libraries(left)} == {"libarrow_substrait"}


def test_a_symbol_of_a_newer_system_is_missed(bundle_for_lambda: Bundle) -> None:
    library = libraries([bundle_for_lambda.layer("pictures")])[0]
    for version, fits in (("GLIBC_2.34", True), ("GLIBC_2.35", False), ("GLIBCXX_3.4.30", False)):
        needing = replace(library, versions_needed=frozenset({("libc.so.6", version)}))
        assert (missing_versions([needing]) == set()) is fits, version


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_layers_and_code_are_not_larger_than_lambda_takes(
    bundle_for_lambda: Bundle, function: Function
) -> None:
    ours = [ROOT / "layers" / "kenpin" / "python", ROOT / "functions"]
    assert sum(size_of(folder) for folder in (*bundle_for_lambda.layers_of(function), *ours)) < MOST_BYTES


def test_machine_code_is_for_the_machine(bundle: Bundle) -> None:
    files: list[Path] = [
        it.path for it in libraries(bundle.layers_of(FUNCTIONS[0])) if ".cpython" in it.path.name
    ]
    assert files and all(bundle.machine in path.name for path in files)
