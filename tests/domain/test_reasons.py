"""Codes of the browser become text for people; other text stays as it is."""

import pytest

from kenpin.domain.reasons import reason_text


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("ui:reason_duplicate", "Duplicate"),
        (
            "the image was erased (ui:reason_confidential)",
            "the image was erased (Something confidential can be seen)",
        ),
        ("ui:unknown", "ui:unknown"),
        ("a scratch", "a scratch"),
    ],
)
def test_a_code_becomes_its_text(stored: str, shown: str) -> None:
    assert reason_text(stored) == shown


def test_a_code_has_a_japanese_text() -> None:
    assert reason_text("ui:assign_by_hand", "ja") == "手作業"
