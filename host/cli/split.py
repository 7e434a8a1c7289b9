"""Splits of whole groups, groups by file name, and near-duplicates, for `kenpin dataset`."""

import secrets
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Final

from functions.api.images.answers import Image
from functions.api.splits.answers import DuplicatesFound, PlannedSplits, SplitResult
from host.cli.client import Client
from host.cli.failures import Refused
from host.cli.options import confirm
from host.cli.output import Cell, fields, images, line, table, warn
from kenpin.importing.name_patterns import BadPattern, GroupPattern

CHUNK: Final = 500
"""Images of one request."""
VERDICTS: Final = ("OK", "NG", "HOLD", "unlabelled")


def new_batch(client: Client, kind: str) -> str:
    """Let all that the client sends from now on be one batch; return its id."""
    client.batch = client.batch or f"{kind}-{secrets.token_hex(4)}"
    return client.batch


def classes_of(plan: PlannedSplits) -> set[str]:
    return {class_id for counts in plan.splits.values() for class_id in counts.classes}


def describe_plan(plan: PlannedSplits, names: Mapping[str, str]) -> None:
    """Show the counts of each split by verdict and class, and what stays. `names`: those of the classes by id."""
    classes = sorted(classes_of(plan))
    rows: list[tuple[Cell, ...]] = [
        (
            split,
            counts.images,
            counts.moved,
            counts.groups,
            *(counts.verdicts.get(verdict, 0) for verdict in VERDICTS),
            *(counts.classes.get(class_id, 0) for class_id in classes),
        )
        for split, counts in plan.splits.items()
    ]
    table(
        "split",
        "images",
        "moved",
        "groups",
        *VERDICTS,
        *(names.get(each, each) for each in classes),
        rows=rows,
    )
    facts: dict[str, Cell] = {"rule": plan.rule, "largest_group": images(plan.largest_group)}
    if plan.in_test:
        stay = f"{images(plan.in_test)} of the test split; an image leaves it only by undo"
        facts |= {"stay": stay, "follow": f"{images(plan.follow)} of the same groups go to test, too"}
    fields(**facts)


def carry_out(client: Client, dataset_id: str, rule: dict[str, object], plan: PlannedSplits) -> SplitResult:
    """Carry out the plan, request by request; return the last answer with all images counted."""
    body, done = {**rule, "version": plan.version}, 0
    while True:
        answer = client.ask(f"/datasets/{dataset_id}/splits/execution", body, SplitResult)
        done += answer.images
        if answer.next_cursor is None:
            return answer.model_copy(update={"images": done})
        body["cursor"] = answer.next_cursor


def confirm_plan(plan: PlannedSplits) -> None:
    """Ask, when the plan moves anything. Raises Refused when the answer is no."""
    moved = sum(counts.moved for counts in plan.splits.values())
    confirm(f"{images(moved)} come into another split. Go ahead?")


def groups_by_name(found: Iterator[Image], pattern: str) -> dict[str, list[str]]:
    """Return group → ids of the images whose file name has it where the pattern has brackets. Raises Refused."""
    try:
        named = GroupPattern(pattern)
    except BadPattern as reason:
        raise Refused(str(reason)) from None
    groups: dict[str, list[str]] = {}
    for image in found:
        if group := named.group_of(image.name):
            groups.setdefault(group, []).append(image.image_id)
    return groups


def assign_groups(client: Client, dataset_id: str, groups: dict[str, list[str]], reason: str) -> int | None:
    """Put images into groups; return the version after it, None where there are none."""
    version = None
    pairs = [(group, id) for group, ids in groups.items() for id in ids]
    for start in range(0, len(pairs), CHUNK):
        parts = groupby(pairs[start : start + CHUNK], key=itemgetter(0))
        named = [{"group": group, "image_ids": [id for _, id in part]} for group, part in parts]
        version = client.post(f"/datasets/{dataset_id}/groups", {"groups": named, "reason": reason}).version
    return version


def print_undo(dataset_id: str, batch: str) -> None:
    line(f"undo with: kenpin undo {dataset_id} {batch}")


def search_duplicates(client: Client, dataset_id: str) -> DuplicatesFound:
    """Search until all pictures were looked at."""
    body: dict[str, str] = {}
    while True:
        found = client.ask(f"/datasets/{dataset_id}/duplicates", body, DuplicatesFound)
        if found.next_cursor is None:
            return found
        body = {"cursor": found.next_cursor}


def describe_duplicates(found: DuplicatesFound) -> None:
    """Show the pairs, and how many there are in all."""
    rows = [
        (
            pair.one.name or pair.one.image_id[:12],
            pair.one.split,
            pair.other.name or pair.other.image_id[:12],
            pair.other.split,
            round(pair.likeness, 3),
        )
        for pair in found.items
    ]
    table("image", "split", "looks like", "split", "likeness", rows=rows)
    line(
        f"{found.pairs} pairs in two groups, {found.across} of them across splits; {images(found.compared)} compared"
    )
    if found.unseen:
        warn(f"{images(found.unseen)} could not be compared, as they cannot be read")
