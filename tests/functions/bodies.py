"""A valid request body for each operation, which does not disturb other requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.functions.world import Factory

NOT_THERE: Final = "e" * 64
PICTURE: Final = "iVBORw0KGgo="
"""The first bytes of a PNG, in base64."""
QUERIES: Final = {
    "GET /v1/intake/answers": "source=/<dataset_id>&id=<dataset_id>-ffffff-L1",
    "GET /v1/datasets/<dataset_id>/diff": "from=0&to=1",
    "GET /v1/models/<model_id>/drift/images": "day=2026-03-02",
    "GET /v1/runs/<run_id>/grey-zone": "low=0.4&high=0.6",
    "GET /v1/runs/<run_id>/slices": "by=line",
    "GET /v1/datasets/<dataset_id>/undos/preview": "return_to=1",
    "GET /v1/runs/<run_id>/comparison": "old_run=<run_id>",
    "GET /v1/runs/<run_id>/comparison/images": "old_run=<run_id>&change=fixed",
    "GET /v1/proof/rows/<stream>": "version=1",
}
"""Of reads that must be told more than their path says."""
OF_THE_HEAD: Final = (
    "/undos",
    "/splits/plan",
    "/splits/execution",
    "/duplicates",
    "/duplicates/groups",
    "/health",
)
"""Of routes that wait until the rows show everything."""

WEBHOOK: Final = {"address": "https://mes.example.com/kenpin", "types": ["run.ended"]}


def captured(dataset_id: str, digest: str, line: str | None) -> dict[str, object]:
    capture = {"line": line} if line else {}
    data = {"dataset_id": dataset_id, "digest": digest, "capture": capture}
    head = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": f"/{dataset_id}"}
    return {**head, "id": f"{dataset_id}-{digest[:6]}-{line}", "data": data}


def sample(factory: Factory) -> dict[str, object]:
    named = {"dataset_id": factory.dataset_id, "image_id": factory.image_id}
    return {**named, "class_id": "crack", "side": "rejected"}


def task(factory: Factory) -> dict[str, object]:
    return {"image_ids": [factory.image_id], "open_to": 9}


def field_return(factory: Factory) -> dict[str, object]:
    return {"image_id": factory.image_id, "found_at": "2026-03-01", "found_by": "a customer"}


def body_of(operation: str, factory: Factory) -> object:
    """A judgement that is not there, a class that clashes, an image that nobody has: nothing is taken away."""
    words = {"reason": "because"}
    image = {"image_ids": [factory.image_id]}
    project = {"project_id": factory.project_id}
    if operation.endswith("roles/revocation"):
        return {**project, "role": "inspector"}
    if operation.endswith("backbones/uploads"):
        return {"digest": NOT_THERE, "size": 3}
    if operation.endswith("imports/plan"):
        return {"source": "photos", "files": ["OK/a.png"]}
    if operation.endswith("imports/labels"):
        entry = {"path": "a.png", "name": "a.png"}
        return {"source": "photos", "items": [{"image_id": factory.image_id, "entry": entry}]}
    known: dict[str, object] = {
        "projects": {"name": "New"},
        "datasets": {**project, "name": "New"},
        "defect-classes": {"class_id": "crack", "name": "crack"},
        "products": {"product_id": "p", "name": "p"},
        "gates": {"limits": []},
        "suggestion-mix": {"shares": {"uncertain": 1}},
        "backbones": {"name": "ours", "digest": NOT_THERE, "taps": ["tap"]},
        "rollback": {"model_id": "never-there", **words},
        "policy": {"escape_cost": 2, "overkill_cost": 1},
        "automatic-inspection": {"is_on": True},
        "label-book": {"rules": "In doubt: hold."},
        "review-policy": {"two_person": False},
        "judgement-reasons": {"reasons": []},
        "webhooks": WEBHOOK,
        "<webhook_id>": WEBHOOK,
        "mail": {"is_wanted": True, "language": "ja"},
        "time-zone": {"zone": "Asia/Tokyo", **words},
        "limit-samples": sample(factory),
        "readjudications": {"class_id": "crack", **words},
        "annotations": {"annotations": [{"image_id": factory.image_id, "verdict": "OK", "reason": "seen"}]},
        "claims": image,
        "withdrawals": {"images": [{"image_id": NOT_THERE}], "reason": "a slip"},
        "reviews": {"reviews": [{"image_id": factory.image_id, "outcome": "accepted"}]},
        "agreement-tasks": task(factory),
        "answers": {"image_id": factory.image_id, "verdict": "OK"},
        "closure": words,
        "captures": {"image_id": factory.image_id, "capture": {}, **words},
        "windows": {"low": 0, "high": 4095, **words},
        "window-removals": words,
        "scales": {"mm_per_pixel": 0.05, **words},
        "scale-removals": words,
        "exclusions": image | words,
        "inspect": {"image": PICTURE},
        "inspections": {},
        "exports": {"format": "onnx" if "/models/" in operation else "csv"},
        "restorations": image,
        "erasures": {"image_ids": [NOT_THERE], **words},
        "field-returns": field_return(factory),
        "undos": {"from_version": 1, **words},
        "splits": image | {"split": "train", "rule": "by hand"},
        "plan": {"by": "part"},
        "execution": {"by": "group", "version": 1},
        "groups": {"groups": [image | {"group": None}]},
        "duplicates": {},
        "health": {},
        "grouping": {"field": "part"},
        "tags": {"name": "never-twice"},
        "uploads": {"files": [{"digest": "a" * 64, "size": 3, "media_type": "image/png"}]},
        "images": {"images": [{"digest": "a" * 64}]},
        "suggestions": {"size": 1},
        "dismissals": {"image_id": factory.image_id},
        "runs": {"dataset_id": factory.dataset_id},
        "promotion": {"stage": "candidate", **words},
        "threshold": {"threshold": 0.5, **words},
        "withdrawal": words,
        "retirement": words,
        "cancellation": words,
        "retries": words,
        "revocation": words,
        "intake": [captured(factory.dataset_id, "f" * 64, factory.line)],
        "members": {**project, "role": "inspector", "actor": "newcomer"},
        "roles": {**project, "role": "inspector"},
        "me": {"name": "Somebody"},
        "tokens": {"label": "t", **project, "role": "auditor"},
    }
    return known.get(operation.rpartition("/")[2], {})
