"""Fixtures of all tests, and which tests share a process when pytest-xdist runs them side by side."""

import sys
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.postgres_server import (
    empty_database_url,
    postgres_database,
    postgres_event_store,
    postgres_job_queue,
    postgres_url,
    prepared_database_url,
    prepared_template,
    reused_database,
)

__all__ = [
    "empty_database_url",
    "postgres_database",
    "postgres_event_store",
    "postgres_job_queue",
    "postgres_url",
    "prepared_database_url",
    "prepared_template",
    "reused_database",
]

settings.register_profile("kenpin", deadline=None)
settings.load_profile("kenpin")  # no test is timed: a busy machine is slow

collect_ignore: Final = [] if sys.platform == "linux" else ["lambda_runtime"]
"""Lambda's runtime interface client is made for Linux alone."""
TOGETHER: Final = ("cdk", "client", "e2e", "host", "lambda_runtime")
"""Folders whose tests share what takes long to make, or need much of the machine for themselves."""
APART: Final = ("cdk/test_loop.py",)
"""A file of such a folder that takes as long as the rest of it: the other process plays it meanwhile."""
LONGEST: Final = (
    "e2e",
    "cdk",
    "cdk/test_loop.py",
    "host",
    "lambda_runtime",
    "client",
    "functions/test_openapi.py",
    "training/test_export_model.py",
    "training/test_patch_families.py",
    "training/test_checkpoint.py",
    "training/test_entry_point.py",
    "training/test_devices.py",
    "read_models/test_rebuild.py",
)
"""They start first, or one process would end with them while the other has nothing left to do."""


class ByGroup(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Gives a process all tests of a file, or of a folder in TOGETHER, and with them their fixtures."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByGroup:
    return ByGroup(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not hasattr(config, "workerinput"):
        return
    for item in items:
        name_apart(item)
    items.sort(key=lambda item: place_of(item.nodeid))
    assert len({item.nodeid for item in items}) == len(items), "pytest-xdist counts tests by their id"


def name_apart(item: pytest.Item) -> None:
    """Schemathesis leaves the operation out of the id; pytest-xdist would take all its tests for one."""
    if operation := getattr(item, "operation_label", ""):
        item._id = item.id.with_params(operation)


def group_of(nodeid: str) -> str:
    file = nodeid.partition("::")[0].removeprefix("tests/")
    folder = file.partition("/")[0]
    return folder if folder in TOGETHER and file not in APART else file


def place_of(nodeid: str) -> int:
    group = group_of(nodeid)
    return LONGEST.index(group) if group in LONGEST else len(LONGEST)


@pytest.fixture(autouse=True)
def no_session_of_another_test() -> Iterator[None]:
    """An AWS session remembers whose credentials it found first."""
    yield
    clients = sys.modules.get("kenpin.adapters.aws.clients")
    if clear := getattr(getattr(clients, "session", None), "cache_clear", None):
        clear()  # where no test has put a session of its own
