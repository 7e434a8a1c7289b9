"""Class names are unique: one in the product, and one in its tests."""

import re
from collections import Counter

from tests.architecture.checkout import files, name_of


def _twice(in_tests: bool) -> list[str]:
    """The Python client is left out: its classes have the names of the API's schemas."""
    ours = (file for file in files(".py") if not name_of(file).startswith("client/"))
    python = (file for file in ours if name_of(file).startswith("tests/") == in_tests)
    names = Counter(
        name for file in python for name in re.findall(r"^class (\w+)", file.read_text("utf-8"), re.MULTILINE)
    )
    return sorted(name for name, times in names.items() if times > 1)


def test_no_two_classes_of_the_product_have_one_name() -> None:
    """The answers of the API keep the plain names, which are those of the OpenAPI document."""
    assert _twice(in_tests=False) == []


def test_no_two_classes_of_the_tests_have_one_name() -> None:
    assert _twice(in_tests=True) == []
