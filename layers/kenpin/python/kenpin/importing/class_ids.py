"""Ids of defect classes made from their names: two names never share one."""

import re
from collections.abc import Iterable, Mapping
from typing import Protocol
from unicodedata import normalize

from kenpin.domain.ids import derived_id


class NamedClass(Protocol):
    """A defect class of a project, with all that people may call it."""

    @property
    def class_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_ja(self) -> str: ...
    @property
    def retired(self) -> str | None: ...


class ClassIds:
    """The ids of a project's classes and of those that an import adds."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """Begin with the classes of the project: name → class id, where a class may have several names."""
        self._by_name = {as_compared(name): id for name, id in known.items()}
        self._taken = set(known.values())

    def known(self, name: str) -> str | None:
        """Return the id of the class with this name; None for a new name."""
        return self._by_name.get(as_compared(name))

    def id_of(self, name: str) -> str:
        """Return the id of the class with this name; a new one for a new name."""
        id = self.known(name)
        if id is None:
            id = self._by_name[as_compared(name)] = self._new(name)
            self._taken.add(id)
        return id

    def _new(self, name: str) -> str:
        plain = _plain(name)
        if plain and plain not in self._taken:
            return plain
        return f"{_latin(name)[:40].strip('-') or 'class'}-{derived_id(normalize('NFC', name))}"


def ids_by_name(classes: Iterable[NamedClass]) -> dict[str, str]:
    """Return name → id, by the names and the id of each class; one in use goes before a retired one."""
    in_order = sorted(classes, key=lambda each: each.retired is None)
    pairs = ((name, each.class_id) for each in in_order for name in (each.class_id, each.name, each.name_ja))
    return {name: class_id for name, class_id in pairs if name}


def as_compared(name: str) -> str:
    """Return the name as the label book compares names: width and case do not count."""
    return normalize("NFKC", name).casefold().strip()


def _latin(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _plain(name: str) -> str:
    """Return the id that shows the whole name, `Broken Edge` → `broken-edge`; empty where characters are lost."""
    latin = _latin(name)
    whole = re.fullmatch(r"[a-z0-9]+([ _-][a-z0-9]+)*", name.lower().strip()) is not None
    return latin if whole and len(latin) <= 63 else ""
