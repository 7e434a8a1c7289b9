"""The plan of an import from the paths and annotation files of a source, before its pictures are sent."""

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from kenpin.application.defect_classes import known_classes
from kenpin.application.ownership import project_of
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.ids import DatasetId
from kenpin.importing.answers import Answers
from kenpin.importing.class_ids import ClassIds, ids_by_name
from kenpin.importing.entry import SourceEntry, unreadable
from kenpin.importing.faults import Fault
from kenpin.importing.plan import ImportPlan, meanings, plan_of
from kenpin.importing.recognise import recognise
from kenpin.importing.tree import Tree

MAX_ENTRIES_BYTES: Final = 4 * 1024**2
"""The largest answer, as JSON: a Lambda function answers 6 MB at most, with quotes escaped once more."""


class SourceClass(Struct, frozen=True):
    """A class that the source names, and the id that it has or would get in the project."""

    name: str
    class_id: str
    is_new: bool


class SourcePlan(Struct, frozen=True):
    """A plan, the classes that it names, and its entries; no entries while a question is open."""

    plan: ImportPlan
    classes: Sequence[SourceClass]
    entries: Sequence[SourceEntry]


def plan_import(
    platform: PlatformParts, dataset_id: DatasetId, tree: Tree, answers: Mapping[str, str], format: str
) -> SourcePlan:
    """Plan an import. Nothing is stored. Raises Unreadable, NoSuchDataset, Unavailable."""
    classes = known_classes(platform, project_of(platform, dataset_id))
    layout, given = recognise(tree, format), Answers(answers)
    found = list(meanings(tree, layout, given, ZoneInfo(platform.settings.time_zone)))
    plan = plan_of(tree, layout, found)
    entries = [] if plan.questions else [each for each in found if isinstance(each, SourceEntry)]
    if (size := len(msgspec.json.encode(entries))) > MAX_ENTRIES_BYTES:
        raise unreadable(Fault.LABELS_TOO_LARGE, name=tree.name, size=f"{size / 1024**2:.1f}")
    ids, known = ClassIds(ids_by_name(classes)), {each.class_id for each in classes}
    named = [(name, ids.id_of(name)) for name in plan.class_names]
    return SourcePlan(plan, [SourceClass(name, id, id not in known) for name, id in named], entries)
