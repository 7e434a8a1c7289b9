"""Parts of a cold start; nothing here is timed."""

import pytest

from bench.claims import coldstart
from functions.manifest import FUNCTIONS, Function

TOLD = """\
import time: self [us] | cumulative | imported package
import time:      1000 |       1000 |     psycopg.pq
import time:      2000 |       3000 |   psycopg
import time:      1500 |       1500 |   json.decoder
import time:       100 |       4600 | functions.queries.handler
"""


def test_a_package_bears_the_time_of_its_modules() -> None:
    assert coldstart.heaviest(TOLD, 2) == "psycopg 0.003, the standard library 0.002"


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_a_cold_start_connects_to_nothing(function: Function) -> None:
    coldstart.run(coldstart.NO_NETWORK + coldstart.create_program(function))


def test_a_cold_start_that_connects_is_found() -> None:
    with pytest.raises(RuntimeError, match=r"must not use the network: socket\.connect"):
        coldstart.run(coldstart.NO_NETWORK + "import socket; socket.socket().connect(('127.0.0.1', 9))")


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("queries", {"PIL.Image", "pyarrow", "botocore.client"}),
        ("commands", {"pyarrow", "botocore.client"}),
        ("projector", {"PIL.Image", "pyarrow", "botocore.client"}),
        ("reactors", {"PIL.Image", "pyarrow", "botocore.client"}),
        ("thumbnails", {"pyarrow", "botocore.client", "psycopg"}),
    ],
)
def test_importing_a_function_leaves_out_what_it_may_not_need(name: str, left_out: set[str]) -> None:
    assert loaded(coldstart.import_program(named(name))) & left_out == set()


@pytest.mark.parametrize("name", ["queries", "commands", "projector", "thumbnails"])
def test_no_function_carries_the_packages_of_another(name: str) -> None:
    left_out = {"boto3", "s3transfer", "tensorflow", "pydantic_settings"}
    left_out |= {"psycopg"} if name == "thumbnails" else {"PIL.WebPImagePlugin"}
    assert loaded(coldstart.create_program(named(name))) & left_out == set()


def named(name: str) -> Function:
    [function] = [function for function in FUNCTIONS if function.name == name]
    return function


def loaded(program: str) -> set[str]:
    return set(coldstart.run(program + "import sys; sys.stderr.write(' '.join(sys.modules))").split())
