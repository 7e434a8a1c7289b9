"""The group of an image: images that no honest split separates. One rule, in Python and in SQL.

The SQL stands beside the rule that it repeats; `tests/read_models/test_rows_equal_fold.py` holds both equal.
"""

from typing import Final

from kenpin.domain.dataset.commands import AssignGroup, SetGrouping
from kenpin.domain.dataset.events import DatasetEvent, GroupAssigned, GroupingSet
from kenpin.domain.dataset.images import image_of, unique
from kenpin.domain.dataset.state import DatasetState, ImageState
from kenpin.domain.dataset.values import Capture, GroupingField

DEFAULT_GROUPING: Final[GroupingField] = "part"


def group_of(group: str | None, capture: Capture, grouping: GroupingField | None) -> str | None:
    """Return the name of an image's group; None when the image is a group by itself.

    `group`: the one it was put into; it goes before its value of the dataset's grouping field. A grouping of None
    is DEFAULT_GROUPING.
    """
    if group is not None:
        return group
    value: str | None = getattr(capture, grouping or DEFAULT_GROUPING)
    return value or None


def group_of_image(image: ImageState, grouping: GroupingField | None) -> str | None:
    """Return the name of the group of an image of a folded dataset; None when it is a group by itself."""
    return group_of(image.group, image.capture, grouping)


def group_sql(image: str, grouping: str) -> str:
    """Return SQL for the group of the image row with this alias; `grouping` is SQL for the grouping field."""
    field = f"coalesce({grouping}, '{DEFAULT_GROUPING}')"
    return f"coalesce({image}.group_name, nullif({image}.capture ->> {field}, ''))"


def assign_group(state: DatasetState, command: AssignGroup) -> list[DatasetEvent]:
    """Put images into a group, or out of it. Raises UnknownImage."""
    moved = [id for id in unique(command.image_ids) if image_of(state, id).group != command.group]
    if not moved:
        return []
    return [GroupAssigned(image_ids=tuple(moved), group=command.group, reason=command.reason)]


def set_grouping(state: DatasetState, command: SetGrouping) -> list[DatasetEvent]:
    if command.field == (state.grouping or DEFAULT_GROUPING):
        return []
    return [GroupingSet(field=command.field, reason=command.reason)]
