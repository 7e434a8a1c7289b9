"""Defect classes by their names: what people type becomes an id, and ids become names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from host.cli.client import Client
from host.cli.failures import Refused
from kenpin.domain.dataset.values import Defect
from kenpin.exporting.selection import class_names_of
from kenpin.importing.class_ids import ClassIds, ids_by_name


def class_ids_of(client: Client, dataset_id: str, typed: Iterable[str]) -> list[str]:
    """Return the ids of classes typed by id or by a name of the label book. Raises Refused."""
    wanted = list(typed)
    if not wanted:
        return []
    classes = client.project_of(dataset_id).defect_classes
    known = ClassIds(ids_by_name(classes))
    found = [(name, known.known(name)) for name in wanted]
    if missing := [name for name, class_id in found if class_id is None]:
        listed = ", ".join(f"{each.name} ({each.class_id})" for each in classes) or "none"
        raise Refused(f"the label book of {dataset_id} has no class {missing[0]}; it has {listed}")
    return [class_id for _, class_id in found if class_id]


def class_id_of(client: Client, dataset_id: str, typed: str | None) -> str | None:
    """Return the id of one class; None where none is typed. Raises Refused."""
    return next(iter(class_ids_of(client, dataset_id, [typed] if typed else [])), None)


def class_names(client: Client, dataset_id: str, class_ids: Iterable[str]) -> Mapping[str, str]:
    """Return id → name of these classes; nothing is asked where there are none."""
    wanted = set(class_ids)
    if not wanted:
        return {}
    named = class_names_of((c.class_id, c.name) for c in client.project_of(dataset_id).defect_classes)
    return {class_id: named.get(class_id, class_id) for class_id in wanted}


def names_of_defects(defects: Iterable[Defect], names: Mapping[str, str]) -> str | None:
    """Return the names of the classes of an image; None where it has no defect."""
    return ", ".join(sorted({names.get(each.class_id, each.class_id) for each in defects})) or None
