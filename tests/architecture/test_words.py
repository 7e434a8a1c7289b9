"""The browser translates reasons that the platform writes by their words: they are the words of the code."""

import json
import re

from tests.architecture.checkout import ROOT, files, name_of

ROOMS = ("functions/", "host/", "layers/kenpin/", "training_container/")


def test_the_words_that_the_browser_translates_are_those_of_the_code() -> None:
    words = json.loads((ROOT / "frontend/src/i18n/en.json").read_text("utf-8"))["platform"]
    code = "\n".join(file.read_text("utf-8") for file in files(".py") if name_of(file).startswith(ROOMS))
    unknown = [text for text in words.values() for part in re.split(r"\{\w+\}", text) if part not in code]
    assert unknown == []
