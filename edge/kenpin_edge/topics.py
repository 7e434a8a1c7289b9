"""Topics of a station, such as `acme/nagoya/+/{line}/{station}/picture`: a level in braces is a capture condition."""

import re
from collections.abc import Mapping

_NAMED = re.compile(r"\{(\w+)\}")


def names_in(topic: str) -> set[str]:
    return {match[1] for level in topic.split("/") if (match := _NAMED.fullmatch(level))}


def problem_of(topic: str) -> str:
    """Return why this cannot be the topic of a station; empty: it can."""
    for level in topic.split("/"):
        if not level or (level != "+" and not _NAMED.fullmatch(level) and re.search(r"[+#{}\0]", level)):
            return f"has a level {level!r}; a level is a name, + or a field in braces, such as {{line}}"
    return ""


def subscription(topic: str) -> str:
    """Return what is asked of the broker: a wildcard for each level in braces."""
    return "/".join("+" if _NAMED.fullmatch(level) else level for level in topic.split("/"))


def fields_of(topic: str, actual: str) -> dict[str, str] | None:
    """Return the capture conditions in the topic of a message; None: it is another station's."""
    wanted, found = topic.split("/"), actual.split("/")
    fields: dict[str, str] = {}
    if len(wanted) != len(found):
        return None
    for level, text in zip(wanted, found, strict=True):
        if match := _NAMED.fullmatch(level):
            fields[match[1]] = text
        elif level not in ("+", text):
            return None
    return fields


def filled(topic: str, fields: Mapping[str, str]) -> str:
    """Return the topic with conditions in place of the braces; what would be another level becomes `_`."""
    levels = (_NAMED.sub(lambda match: fields.get(match[1], ""), level) for level in topic.split("/"))
    return "/".join(re.sub(r"[/+#\0]", "_", level) or "_" for level in levels)
