"""`kenpin verify --objects`: read every stored picture and mask, and compare its bytes with its digest."""

from __future__ import annotations

from pathlib import Path

import msgspec

from functions.api.datasets.answers import Dataset
from host.audit.checked_objects import CheckedObjects
from host.audit.stored_objects import check_dataset, findings_of
from host.cli.connect import connect
from host.cli.failures import AnswerIsNo
from host.cli.output import line, show_json, warn
from host.cli.progress import bars


def verify_objects(prefix: str, state: Path, as_json: bool) -> None:
    """Check the datasets whose streams begin so. Raises AnswerIsNo when an object is damaged or missing."""
    client = connect()
    datasets = [
        each for each in client.items("/datasets", Dataset) if f"dataset-{each.dataset_id}".startswith(prefix)
    ]
    with CheckedObjects(state, client.url) as checked:
        if before := len(checked):
            warn(f"goes on after {before:,} objects that were checked before, as {state} says")
        with bars() as watching:
            watching.stage("images", sum(each.images for each in datasets))
            for each in datasets:
                check_dataset(client, each, checked, watching.step)
        count, findings = len(checked), list(findings_of(client, checked))
    if as_json:
        show_json({"objects": count, "findings": [msgspec.to_builtins(each) for each in findings]})
    for finding in findings:
        warn(str(finding))
    if findings:
        raise AnswerIsNo(
            f"{len(findings)} of {count:,} stored objects are not intact; bring their files back from a backup"
        )
    if not as_json:
        line(f"verify: intact, {count:,} pictures and masks of {len(datasets)} datasets")
