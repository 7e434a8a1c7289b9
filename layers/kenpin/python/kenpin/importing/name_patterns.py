"""Patterns on file names: regular expressions whose brackets hold the group or the capture conditions of an image."""

import re
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from msgspec import Struct

from kenpin.domain.dataset.values import Capture
from kenpin.importing.captures import MatchedCaptures
from kenpin.importing.entry import Problem, SourceEntry
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.times import with_time

FIELDS = Capture.__struct_fields__
MAX_CHARACTERS = 64
"""Of a group or a capture condition."""


class BadPattern(Exception):
    """The pattern cannot be used on any name. The message says why and what to do."""


class GroupPattern:
    """A pattern with one pair of brackets, around the name of the group."""

    def __init__(self, text: str) -> None:
        """Raises BadPattern."""
        self._pattern = _compiled(text)
        if self._pattern.groups != 1:
            raise BadPattern(
                f"{text} has {self._pattern.groups} pairs of brackets; put one around the name of the group"
            )

    def group_of(self, name: str) -> str:
        """Return the group in a file name; empty where it has none."""
        match = self._pattern.search(name)
        return (match[1] or "")[:MAX_CHARACTERS] if match else ""


class GroupsOfPaths(Struct, frozen=True):
    """The group of each path, and the images whose names have none."""

    by_path: Mapping[str, str]
    unmatched: list[Problem]


def groups_by_pattern(text: str, entries: Iterable[SourceEntry]) -> GroupsOfPaths:
    """Return the groups in the names of the images. Raises BadPattern, also where no name has one."""
    pattern = GroupPattern(text)
    by_path, unmatched = dict[str, str](), list[Problem]()
    for entry in entries:
        if group := pattern.group_of(entry.name):
            by_path[entry.path] = group
        else:
            unmatched.append(Problem(entry.path, _no_match(text)))
    _check_matched(text, len(by_path), unmatched)
    return GroupsOfPaths(by_path, unmatched)


def captures_by_pattern(text: str, entries: Iterable[SourceEntry], zone: ZoneInfo) -> MatchedCaptures:
    """Return the capture conditions in the names of the images; times without a zone are of `zone`.

    Raises BadPattern, also where no name has any.
    """
    pattern = _compiled(text)
    _check_fields(text, pattern)
    by_path, unmatched = dict[str, dict[str, str]](), list[Problem]()
    for entry in entries:
        match = pattern.search(entry.name)
        try:
            by_path[entry.path] = _capture(text, match.groupdict() if match else {}, zone)
        except InvalidItem as reason:
            unmatched.append(Problem(entry.path, str(reason)))
    _check_matched(text, len(by_path), unmatched)
    return MatchedCaptures(by_path, unmatched)


def _compiled(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise BadPattern(f"{text} is no regular expression: {error}") from None


def _check_fields(text: str, pattern: re.Pattern[str]) -> None:
    unknown = [name for name in pattern.groupindex if name not in FIELDS]
    if unknown or not pattern.groupindex:
        what = f"names {', '.join(unknown)}" if unknown else "names no field"
        raise BadPattern(
            f"{text} {what}; write (?P<lot>…) around each value, with one of {', '.join(FIELDS)}"
        )


def _capture(text: str, found: Mapping[str, str | None], zone: ZoneInfo) -> dict[str, str]:
    """Return the fields that have a value. Raises InvalidItem when there is none, or one cannot be."""
    capture = {field: value for field, value in found.items() if value}
    if not capture:
        raise InvalidItem(Fault.NO_MATCH, pattern=text)
    capture = dict(with_time(capture, zone))
    for field, value in capture.items():
        if len(value) > MAX_CHARACTERS:
            raise InvalidItem(Fault.TOO_MANY_CHARACTERS, name=field, count=len(value), most=MAX_CHARACTERS)
    return capture


def _check_matched(text: str, matched: int, unmatched: list[Problem]) -> None:
    """Raise BadPattern where no image of several matches."""
    if unmatched and not matched:
        first = unmatched[0]
        raise BadPattern(f"{text} fits no image of the source; {first.where}: {first.what}")


def _no_match(text: str) -> str:
    return f"its name has nothing that fits {text}"
