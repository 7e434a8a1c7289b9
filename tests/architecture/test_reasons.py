"""The reasons of the browser have the same codes and texts in Python and in the browser."""

import json
import re

import pytest

from kenpin.domain.reasons import REASON_TEXTS
from tests.architecture.checkout import ROOT

SOURCE = ROOT / "frontend" / "src"


def test_python_knows_every_code_of_the_browser() -> None:
    source = (SOURCE / "ui" / "reasons.ts").read_text(encoding="utf-8")
    [table] = re.findall(r"export const REASONS = \{(.*?)\}", source, re.DOTALL)
    assert re.findall(r'"(ui:\w+)"', table) == list(REASON_TEXTS)


@pytest.mark.parametrize(("language", "place"), [("en", 0), ("ja", 1)])
def test_both_show_the_same_text_of_a_code(language: str, place: int) -> None:
    texts = json.loads((SOURCE / "i18n" / f"{language}.json").read_text(encoding="utf-8"))["system_reason"]
    assert {f"ui:{name}": text for name, text in texts.items()} == {
        code: both[place] for code, both in REASON_TEXTS.items()
    }
