"""The golden files: stored bytes of every event and schema version ever shipped."""

from pathlib import Path
from typing import Final

from kenpin.domain.event import Event, tag_of

FOLDER = Path(__file__).parent / "events"

ADDED: Final[dict[str, tuple[str, ...]]] = {
    "AnnotationReviewed@1": ("confused",),
    "ReviewPolicySet@1": ("hide_verdict",),
    "AnnotationSubmitted@1": ("label_review",),
    "ImageRegistered@1": ("needs_rendition",),
    "RunRequested@1": ("accepted_only", "left_out", "windows", "like", "without", "reason"),
    "DefectClassDefined@1": ("rule", "examples", "colour"),
    "DefectClassRevised@1": ("rule", "examples", "colour"),
    "RunRetried@1": ("project_id",),
    "RunStarted@1": ("worker", "resumes_after"),
    "ThresholdChosen@1": ("grey_from",),
    "ImagesInspected@1": ("grey_from", "grey"),
}
"""Optional fields that a version, or a value in it, was given after it had shipped.

The shape with them has a file of its own.
"""


def name_of(category: str, event: Event | type[Event]) -> str:
    """Such as `run.RunStarted@1+worker+resumes_after.json`."""
    return "+".join((f"{category}.{tag_of(event)}", *ADDED.get(tag_of(event), ()))) + ".json"
