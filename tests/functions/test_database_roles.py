"""On one machine every function has the role at the database that it has on AWS."""

import pytest

from functions.manifest import FUNCTIONS
from functions.runtime.event import Json
from host.gateway import call
from kenpin.bootstrap import platform
from tests.functions.conftest import Api


def role_at_work(event: Json, context: object) -> Json:
    """A handler that answers with its role."""
    with platform().database.reading() as sql:
        return dict(sql.execute("select current_user as role").fetchone() or {})


def test_a_function_that_only_reads_cannot_write(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for function in FUNCTIONS:
        monkeypatch.setattr(f"{function.handler}.handler", role_at_work)
    roles = {function.name: call(function.name, {})["role"] for function in FUNCTIONS}
    assert {
        name: roles[name] for name in ("queries", "anchors", "commands", "intake", "projector", "sweeper")
    } == {
        "queries": "kenpin_reader",
        "anchors": "kenpin_reader",
        "commands": "kenpin_app",
        "intake": "kenpin_app",
        "projector": "kenpin_app",
        "sweeper": "kenpin_app",
    }
    assert role_at_work({}, None) == {"role": "kenpin_app"}
