"""The words of the screens in one language: a test that finds things by them can run in any."""

import json
import re
from pathlib import Path
from typing import Final

MESSAGES: Final = Path(__file__).parents[2] / "frontend" / "src" / "i18n"
PLACE: Final = re.compile(r"\{\w+\}")


class Words:
    """The messages of a language, by their keys."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._messages = json.loads((MESSAGES / f"{locale}.json").read_text("utf-8"))

    def __call__(self, key: str, **values: object) -> str:
        """Return the message of a key, such as `nav.home`, with values in their places."""
        message = self._messages
        for part in key.split("."):
            message = message[part]
        return PLACE.sub(lambda place: str(values[place[0][1:-1]]), message)

    def like(self, key: str) -> re.Pattern[str]:
        """Match the message of a key with any values, in any of its plural forms."""
        message = self._messages
        for part in key.split("."):
            message = message[part]
        forms = (".+".join(map(re.escape, PLACE.split(form))) for form in message.split(" | "))
        return re.compile("|".join(forms))
