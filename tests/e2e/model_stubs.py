"""Models in each stage, played to the browser in the API's own form."""

import json
import re
from typing import Final

from playwright.sync_api import Page, Route

from tests.e2e.stubs import EVALUATION, RECIPE, Json

MODEL: Final[Json] = {
    **{"project_id": "bakery", "dataset_version": 12, "artifact": "f" * 64, "recipe": RECIPE},
    **{"threshold": 0.3, "threshold_reason": None, "grey_from": None, "evaluation": EVALUATION, "version": 2},
    **{"stage": "candidate", "stage_reason": None, "staged_by": None, "gates": None},
    "registered_at": "2026-05-01T09:02:00Z",
}
MODELS: Final[dict[str, Json]] = {
    "newest": {"run_id": "finished00002"},
    "current": {"run_id": "finished00001", "stage": "production", "stage_reason": "spring release"},
    "former": {"run_id": "finished00000", "stage": "production", "threshold": 0.5},
    "other": {"run_id": "other0000001", "dataset_id": "elsewhere"},
}
PROMOTED: Final[Json] = {
    **{"at": "2026-05-01T10:00:00Z", "by": "sato.k", "model_id": "former", "stage": "production"},
    **{"reason": "first model", "override_reason": None, "back_to": None, "in_production": "former"},
}
HISTORY: Final[list[Json]] = [
    PROMOTED,
    {
        **PROMOTED,
        **{"at": "2026-05-02T10:00:00Z", "model_id": "current", "in_production": "current"},
        **{"reason": "spring release", "override_reason": "customer agreed"},
    },
]


GATE: Final[Json] = {"metric": "escape_bound", "direction": "at_most", "limit": 0.05}
REPORT: Final[Json] = {
    **{"project_version": 3, "threshold": 0.3},
    "results": [
        {"gate": GATE, "figure": 0.471, "passed": False},
        {"gate": {**GATE, "metric": "aupro", "direction": "at_least"}, "figure": None, "passed": False},
        {"gate": {**GATE, "metric": "auroc", "direction": "at_least"}, "figure": 0.95, "passed": True},
    ],
}
EXPORTED: Final[Json] = {
    **{"export_id": "export1", "model_id": "newest", "state": "done", "failed": "", "url": "/favicon.svg"},
    "file": {
        **{"format": "onnx", "digest": "a" * 64, "size": 2_000_000},
        **{"images": 22, "largest_difference": 2e-6, "tolerance": 1e-4},
    },
}


STORED: Final[list[Json]] = [
    {
        **{"export_id": "export1", "at": "2026-05-02T12:00:00Z", "by": "sato.k"},
        **{"file": EXPORTED["file"], "url": "/favicon.svg"},
    }
]
CARD: Final = "# Model current\n\n## Data\n\n- version 12\n\n## Licence\n\nApache License 2.0\n"


LINK: Final[Json] = {**dict.fromkeys(("becomes", "reason", "override_reason", "run_id")), "classes": []}
CHAIN: Final[list[Json]] = [
    {
        **LINK,
        **{"kind": "run", "outcome": "succeeded", "run_id": "finished00001", "version": 12},
        **{"at": "2026-05-01T09:02:00Z", "by": "sato.k"},
    },
    {
        **LINK,
        **{"kind": "model", "model_id": "current", "outcome": "gates_evaluated", "becomes": "failed"},
        **{"at": "2026-05-02T10:00:00Z", "by": "sato.k", "threshold": 0.3},
    },
    {
        **LINK,
        **{"kind": "model", "model_id": "current", "outcome": "promoted", "stage": "production"},
        **{"at": "2026-05-02T10:00:00Z", "by": "sato.k", "reason": "spring release"},
        "override_reason": "customer agreed",
    },
]
RESULT: Final[Json] = {
    **{"inspection_id": "i1", "model_id": "current", "dataset_version": 12, "threshold": 0.3},
    **{"predictions": "d" * 64, "images": 2, "judged_ng": 1, "unfamiliar": 1, "left_out": 0, "remaining": 3},
    **{"inspected_at": "2026-05-02T11:00:00Z", "grey_from": 0.1, "grey": 1},
}
ASKED: Final[Json] = {
    **{"model_id": "current", "requested_at": "2026-05-02T10:59:00Z", "is_automatic": False},
    **{"requested_by": "sato.k", "failed": "", "result": None},
}
INSPECTED: Final[list[Json]] = [
    {
        **{"image_id": digit * 64, "split": None, "truth": None, "score": score, "unfamiliar": unfamiliar},
        **{"thumbnail_url": None, "width": 40, "height": 30, "heatmap": None, "regions": []},
    }
    for digit, score, unfamiliar in (("a", 0.75, 0.5), ("b", 0.125, 1.5))
]


def stub_inspections(page: Page, dataset_id: str) -> None:
    """Answer with an inspection that is done, one that failed and one at work, and the images of the first."""
    result = {**RESULT, "dataset_id": dataset_id}
    items = [
        {**ASKED, "inspection_id": "i3", "state": "working", "is_automatic": True, "requested_by": "kenpin"},
        {**ASKED, "inspection_id": "i2", "state": "failed", "failed": "ended by signal SIGKILL"},
        {**ASKED, "inspection_id": "i1", "state": "done", "result": result},
    ]
    listed: Json = {"items": items, "next_cursor": None, "as_of": None, "stale": False}
    images: Json = {"items": INSPECTED, "next_cursor": None, "as_of": None, "stale": False}
    page.route(re.compile(r"/v1/datasets/[^/]+/inspections"), lambda route: _json(route, listed))
    page.route(re.compile(r"/v1/models/[^/]+/inspections/[^/]+/pred"), lambda route: _json(route, images))


def stub_models(page: Page, dataset_id: str) -> list[Json]:
    """Answer every question about models from here; all other questions go to the node. Returns what is sent."""
    sent: list[Json] = []
    models = [{**MODEL, "model_id": id, "dataset_id": dataset_id, **more} for id, more in MODELS.items()]
    production = {"dataset_id": dataset_id, "model_id": "current", "before": "former"}

    def listed(route: Route) -> None:
        _json(route, {"items": models, "next_cursor": None, "as_of": None, "stale": False})

    def standing(route: Route) -> None:
        _json(route, {**production, "since": "2026-05-02T10:00:00Z", "history": HISTORY})

    def one(route: Route) -> None:
        *_, before, last = route.request.url.partition("?")[0].split("/")
        if before == "exports":
            _json(route, EXPORTED)
        elif last == "card":
            _json(route, {"model_id": "current", "export_id": "export1", "text": CARD})
        elif last == "chain":
            _json(route, {"model_id": before, "dataset_id": dataset_id, "links": CHAIN})
        elif last == "exports" and route.request.method == "GET":
            _json(route, {"items": STORED if before == "current" else []})
        elif last == "exports":
            _json(route, {"export_id": "export1", "model_id": before, "job_id": "job1"})
        elif route.request.method == "POST":
            models[0]["gates"] = REPORT
            sent.append({"to": last, **(route.request.post_data_json or {})})
            _json(route, {"id": before, "version": 3, "stream": f"model-{before}"})
        else:
            _json(route, models[0])

    page.route(re.compile(r"/v1/models/"), one)
    page.route(re.compile(r"/v1/models(\?|$)"), listed)
    page.route(re.compile(r"/v1/datasets/[^/]+/production$"), standing)
    stub_inspections(page, dataset_id)
    return sent


def _json(route: Route, body: Json) -> None:
    route.fulfill(content_type="application/json", body=json.dumps(body))
