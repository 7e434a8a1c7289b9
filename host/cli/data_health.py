"""Data health of a dataset as text."""

from __future__ import annotations

from typing import Final

from functions.api.data_health.answers import DatasetHealth, FindingAnswer
from host.cli.client import Client
from host.cli.output import line, table
from kenpin.domain.dataset.health import FEW_NG, FEW_OF_CLASS, FindingKind

TEXTS: Final[dict[FindingKind, str]] = {
    "few_ng": f"{{images}} images are NG; thresholds need {FEW_NG} or more",
    "few_of_class": f"class {{about}} has {{images}} images; {FEW_OF_CLASS} or more can be learnt",
    "one_verdict": "{about}: all {images} judged images have one verdict, so a model may learn the condition",
    "missing_condition": "{images} images do not say their {about}; correct it with `kenpin image correct`",
    "mixed_sizes": "pictures have {images} sizes; check that one camera has one",
    "across_splits": "{images} pairs look alike across splits; see `kenpin dataset duplicates`",
    "unreadable": "{images} pictures cannot be read; see `kenpin verify --objects`",
    "blurred": "{images} pictures are far less sharp than the others of their camera",
    "dark": "{images} pictures are darker than the others of their camera",
    "bright": "{images} pictures are brighter than the others of their camera",
    "clipped": "{images} pictures have more black or white pixels without tone than the others of their camera",
}


def check_health(client: Client, dataset_id: str) -> DatasetHealth:
    """Look at all pictures, then return the health of the data."""
    body: dict[str, str] = {}
    while True:
        found = client.ask(f"/datasets/{dataset_id}/health", body, DatasetHealth)
        if found.next_cursor is None:
            return found
        body = {"cursor": found.next_cursor}


def describe_health(found: DatasetHealth) -> None:
    line(f"version {found.version}: {sum(found.verdicts.values())} images")
    for each in found.findings:
        line(f"- {_text(each)}")
    if not found.findings:
        line("nothing to note")
    slices = (
        (each.field, each.value or "–", each.ok, each.ng, each.others)
        for each in found.slices
        if each.value != ""
    )
    table("condition", "value", "OK", "NG", "others", rows=slices)
    table("width", "height", "images", rows=((each.width, each.height, each.images) for each in found.sizes))
    pictures = (
        (each.name or each.image_id[:12], each.oddity, f"{each.value:.3g}", f"{each.usual:.3g}")
        for each in found.pictures
    )
    if found.pictures:
        table("image", "is", "value", "usual", rows=pictures)


def _text(finding: FindingAnswer) -> str:
    return TEXTS[finding.kind].format(images=finding.images, about=finding.about)
