"""The group of an image: images that no honest split separates. One rule, in Python and in SQL.

The SQL stands beside the rule that it repeats; `tests/read_models/test_rows_equal_fold.py` holds both equal.
"""

from typing import Final

from kenpin.domain.dataset.commands import AssignGroups, SetGrouping
from kenpin.domain.dataset.events import DatasetEvent, GroupAssigned, GroupingSet
from kenpin.domain.dataset.images import image_of
from kenpin.domain.dataset.state import DatasetState, ImageState
from kenpin.domain.dataset.values import Capture, GroupingField
from kenpin.domain.ids import ImageId

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


def assign_groups(state: DatasetState, command: AssignGroups) -> list[DatasetEvent]:
    """Put images into groups, or out of theirs. Raises UnknownImage."""
    wanted = {id: each.group for each in command.groups for id in each.image_ids}
    moved: dict[str | None, list[ImageId]] = {}
    for id, group in wanted.items():
        if image_of(state, id).group != group:
            moved.setdefault(group, []).append(id)
    return [
        GroupAssigned(image_ids=tuple(ids), group=group, reason=command.reason)
        for group, ids in moved.items()
    ]


def set_grouping(state: DatasetState, command: SetGrouping) -> list[DatasetEvent]:
    if command.field == (state.grouping or DEFAULT_GROUPING):
        return []
    return [GroupingSet(field=command.field, reason=command.reason)]
