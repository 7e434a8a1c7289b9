"""Settings come from the environment, and what is given wins."""

import pytest
from pydantic import ValidationError

from kenpin.settings import Settings


def test_a_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENPIN_PORT", "8100")
    monkeypatch.setenv("KENPIN_UNKNOWN", "is left alone")
    assert Settings().port == 8100
    assert Settings(port=8200).port == 8200


def test_a_setting_out_of_its_bounds_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENPIN_HTTP_WORKERS", "0")
    with pytest.raises(ValidationError, match="http_workers"):
        Settings()
