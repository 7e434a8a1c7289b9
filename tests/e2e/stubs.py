"""Runs in states that take long to reach, played to the browser in the API's own form."""

import json
import re
from typing import Final
from urllib.parse import parse_qs

from playwright.sync_api import Page, Route

from tests.e2e.figures import FIGURES
from tests.e2e.node import Node

Json = dict[str, object]

RECIPE: Final[Json] = {
    "architecture": "efficientnet-lite0",
    "method": "probe",
    "image_size": 224,
    "epochs": 8,
    "c": 1.0,
}
THRESHOLD: Final = 0.3
EVALUATION: Final[Json] = {
    **{
        "split": "test",
        "split_rule": "by lot",
        "images": 22,
        "ng": 8,
        "ok": 14,
        "escapes": 1,
        "overkills": 2,
    },
    **{
        "threshold": THRESHOLD,
        "escape_rate": 0.125,
        "escape_bound": 0.471,
        "overkill_rate": 0.143,
        "overkill_bound": 0.385,
    },
    **{"auroc": 0.95, "average_precision": 0.93},
}
IDENTITY: Final[Json] = {
    **{"code_digest": "c" * 64, "weights_digest": "d" * 64},
    **{"libraries": {"tensorflow": "2.21.0"}, "threads": 2, "hardware": "x86_64"},
}
ASKED: Final[Json] = {
    **{"project_id": "bakery", "dataset_version": 12, "dataset_hash": "a" * 64, "recipe": RECIPE, "seed": 1},
    **{
        "requested_by": "sato.k",
        "requested_at": "2026-05-01T09:00:00Z",
        "status": "queued",
        "attempt": 1,
        "version": 1,
    },
    **{"epochs": [], "stale": False, "parent_model": None, "stage": None, "done": None, "total": None},
    **{"eta_seconds": None, "evaluation": None, "predictions": None, "artifact": None, "identity": None},
    **{"failure": None, "started_at": None, "finished_at": None, "seconds": None, "queue_place": None},
}
EPOCHS: Final = [
    {"epoch": n, "metrics": {"loss": 1 / n, "val_loss": 1.1 / n}, "at": "2026-05-01T09:01:00Z"}
    for n in (1, 2, 3)
]
CHOICE: Final[Json] = {
    **{"rule": "cost", "threshold": 0.3, "ng": 14, "low": 0.21, "high": 0.52},
    **{"cost": 0.31, "cost_low": 0.12, "cost_high": 0.66},
}
BOUNDS: Final[Json] = {"auroc_low": 0.88, "auroc_high": 0.99}
RANK_ONLY: Final[Json] = {**CHOICE, "not_ready": ["few_ng", "wide_cost"], "ng_needed": 20}
FINISHED: Final[Json] = {
    **{"status": "succeeded", "evaluation": EVALUATION, "predictions": "e" * 64, "artifact": "f" * 64},
    **{"identity": IDENTITY, "finished_at": "2026-05-01T09:02:00Z", "seconds": 61.0, "epochs": EPOCHS},
}
LEAKS: Final[Json] = {"shared_groups": 3, "near_duplicates": 2}
BETTER: Final[Json] = {
    "evaluation": {**EVALUATION, "escapes": 0, "escape_rate": 0.0, "escape_bound": 0.313, **LEAKS},
    "recipe": {**RECIPE, "method": "fine_tune"},
}
MAPPED: Final[Json] = {
    "evaluation": {
        **EVALUATION,
        **{"mapped_images": 22, "defects": 9, "region_recall": 8 / 9, "false_regions": 4},
        **{"pixel_auroc": 0.97, "aupro": 0.91, "aupimo": 0.63, "iou": 0.42},
    },
    "recipe": {**RECIPE, "method": "anomaly", "long_side": 512, "tile": 512, "top_places": 4},
}
GREY_MAP: Final = (
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAACCAAAAABawyK/AAAAEklEQVR4nGNgCPgvx8AgYsMAAArrAb6CrJOkAAAAAElFTkSuQmCC"
)
"""4 × 2 places"""
REGION: Final[Json] = {
    "box": [120, 0, 240, 120],
    "area": 28800,
    "length": 268.3,
    "score": 0.9,
    "class_id": None,
}
RUNS: Final[dict[str, Json]] = {
    "finished00001": FINISHED,
    "finished00002": {**FINISHED, **BETTER},
    "mapped000001": {**FINISHED, **MAPPED},
    "failed000001": {
        "status": "failed",
        "attempt": 3,
        "failure": {"reason": "out of memory", "log_tail": "epoch 1\nKilled"},
    },
    "running00001": {
        **{
            "status": "running",
            "stage": "train",
            "done": 3,
            "total": 8,
            "eta_seconds": 75.0,
            "epochs": EPOCHS,
        }
    },
    "queued000001": {"queue_place": 2},
    "ranks0000001": {**FINISHED, "evaluation": {**EVALUATION, **BOUNDS, "choice": RANK_ONLY}},
}


def is_asked_for(truth: str, score: float, query: str) -> bool:
    """Return True when an image is of the cell, or between the two scores, that a query asks for."""
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    low = float(asked.get("low", THRESHOLD))
    cells = {"NG": ("escape", "true_ng"), "OK": ("true_ok", "overkill")}
    if "cell" in asked:
        return asked["cell"] == cells[truth][score >= low]
    return "high" not in asked or low <= score < float(asked["high"])


def predictions(run_id: str, query: str) -> list[Json]:
    """Two images of each truth, the NG ones in a slice; the second run moves one of them over the threshold."""
    map = {"heatmap": GREY_MAP, "regions": [REGION]} if "maps=true" in query else {}
    shift = 0.2 if run_id.endswith("2") else 0.0
    scores = [("NG", 0.9), ("NG", 0.2 + shift), ("OK", 0.4), ("OK", 0.05)][: 2 if "slice=" in query else 4]
    return [
        {
            "image_id": f"{n:064x}",
            "split": "test",
            "truth": truth,
            "score": score,
            "thumbnail_url": "/favicon.svg",
            "width": 480,
            "height": 240,
            **map,
        }
        for n, (truth, score) in enumerate(scores)
        if is_asked_for(truth, score, query)
    ]


def doubtful_labels(run_id: str) -> list[Json]:
    """The OK image with the highest score, of the run with maps."""
    if run_id != "mapped000001":
        return []
    return [
        {
            **predictions(run_id, "maps=true")[2],
            **{"label_doubt": 0.5, "reasons": ["suspect"], "judged_otherwise": []},
            **{"verdict": "OK", "looked_at": False},
        }
    ]


def _page(items: list[Json]) -> Json:
    return {"items": items, "next_cursor": None, "as_of": None, "stale": False, "total": len(items)}


def _cell(model: str, labels: str, escapes: int, ng: int) -> Json:
    figures = {"overkills": 0, "escape_rate": escapes / ng, "overkill_rate": 0.0, "auroc": 0.9}
    return {"model": model, "labels": labels, "ng": ng, "ok": 80, "escapes": escapes, **figures}


def _difference(images: int, more: int) -> Json:
    counts = {"images": images, "more": more, "broken": 1, "fixed": 1 - more, "groups": 12}
    return {**counts, "low": more - 4.2, "high": more + 3.1}


COMPARISON: Final[Json] = {
    **{"old_run": "finished00001", "new_run": "finished00002", "split": "test"},
    "comparison": {
        **{"images": 100, "old_only": 0, "new_only": 3, "relabelled": 1},
        "cells": [
            *(_cell("old", "old", 6, 19), _cell("old", "new", 6, 20)),
            *(_cell("new", "old", 3, 19), _cell("new", "new", 4, 20)),
        ],
        "changes": [
            {"figure": "escapes", "total": -2, "by_model": -2.5, "by_labels": 0.5},
            {"figure": "escape_rate", "total": -0.116, "by_model": -0.129, "by_labels": 0.013},
        ],
        "escapes": _difference(20, -2),
        "overkills": _difference(80, 0),
    },
}
CHANGED: Final[list[Json]] = [
    {
        **{"image_id": f"{1:064x}", "old_score": 0.2, "new_score": 0.4, "thumbnail_url": "/favicon.svg"},
        **{"old_verdict": "OK", "new_verdict": "OK", "old_label": "OK", "new_label": "NG"},
    }
]


NEAR: Final[Json] = {"images": 240, "median": 0.52, "high": 0.71, "unfamiliar": 1}
FAR: Final[Json] = {"images": 40, "median": 1.31, "high": 1.6, "unfamiliar": 38}
DRIFT: Final[Json] = {
    **{
        "model_id": "finished00001",
        "dataset_id": "cookies",
        "by": "line",
        "threshold": 0.4,
        "reference": NEAR,
    },
    "days": [
        {
            **{"day": "2026-05-02", "value": "line-7", "images": 40, "judged_ng": 12, "labelled": 0},
            **{"labelled_ng": 0, "distances": FAR, "gap": 0.95, "is_small": False, "has_drifted": True},
        },
        {
            **{"day": "2026-05-01", "value": "line-6", "images": 3, "judged_ng": 0, "labelled": 2},
            **{"labelled_ng": 1, "distances": {**FAR, "images": 3, "unfamiliar": 3}, "gap": 0.9},
            **{"is_small": True, "has_drifted": False},
        },
    ],
}


def stub_runs(page: Page, dataset_id: str) -> None:
    """Answer every question about runs from here; all other questions go to the node."""
    known = {id: {**ASKED, "run_id": id, "dataset_id": dataset_id, **more} for id, more in RUNS.items()}

    def answer(route: Route) -> None:
        path, _, query = route.request.url.partition("?")
        *_, before, last = path.split("/")
        if last == "predictions" and "slice=bogus" in query:
            _json(route, {"code": "NoSuchSlice", "detail": "slice: not one that this API gave"}, 422)
        elif last == "predictions":
            _json(route, _page(predictions(before, query)))
        elif last == "label-review":
            _json(route, _page(doubtful_labels(before)))
        elif last == "comparison":
            _json(route, COMPARISON)
        elif before == "comparison":
            _json(route, _page(CHANGED))
        elif last in FIGURES:
            _json(route, FIGURES[last](query))
        elif last == "runs":
            _json(route, _page(list(known.values())))
        else:
            _json(route, known[last])

    page.route(re.compile(r"/v1/runs(/|\?|$)"), answer)
    page.route(re.compile(r"/v1/models/[^/]+/drift"), lambda route: _json(route, DRIFT))
    shown = _page(predictions("finished00001", "slice=drift"))
    page.route(re.compile(r"/v1/models/[^/]+/drift/images"), lambda route: _json(route, shown))


def stub_run_images(page: Page, node: Node, dataset_id: str) -> None:
    """Show the first image of a dataset as each image of the runs, at the version of the runs."""
    shown = f"{node.url}/v1/datasets/{dataset_id}/images/{node.image(dataset_id, 0).image_id}"

    def answer(route: Route) -> None:
        path, _, query = route.request.url.partition("?")
        image_id = path.split("/")[-1]
        assert query == "as_of=12"
        _json(route, {**route.fetch(url=shown).json(), "image_id": image_id, "name": f"{image_id[-4:]}.png"})

    page.route(re.compile(r"/v1/datasets/[^/]+/images/0{60}"), answer)


DEAD: Final[list[Json]] = [
    {
        **{"source": "jobs", "id": "suggest-1", "kind": "suggest", "subject": "cookies", "attempts": 3},
        **{"reason": "MemoryError: no room for 90 GB", "details": "loading\nMemoryError: no room for 90 GB"},
        "dead_at": "2026-05-01T09:00:00Z",
    },
    {
        **{"source": "intake", "id": "m-1", "kind": "arrival", "subject": "m-1", "attempts": None},
        **{
            "reason": "delivered too often without success",
            "details": "{}",
            "dead_at": "2026-05-01T09:00:00Z",
        },
    },
]
PARKED: Final[Json] = {
    **{"reader": "gallery", "stream": "dataset-cookies", "version": 7, "attempts": 2},
    **{"error": "KeyError", "message": "'lot'", "since": "2026-05-01T09:00:00Z"},
    "next_try": "2026-05-01T09:10:00Z",
}


MY_MAIL = "**/v1/people/me/mail"


def stub_mail(page: Page) -> None:
    """The e-mails of the signed-in person, as if the node had a mail server."""

    def with_a_mail_server(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "is_sent": True})

    page.route(MY_MAIL, with_a_mail_server)


def stub_upkeep(page: Page) -> list[str]:
    """Two dead letters and a parked stream, until something is done about them. Answers what was done."""
    done: list[str] = []

    def queue(route: Route) -> None:
        _json(route, {"ready": len(done), "running": 0, "dead": 1})

    def dead(route: Route) -> None:
        _json(route, {"items": [letter for letter in DEAD if letter["id"] not in done]})

    def redrive(route: Route) -> None:
        *_, source, id, _verb = route.request.url.split("/")
        done.append(id)
        _json(route, {"source": source, "id": id})

    def parked(route: Route) -> None:
        _json(route, {"items": [] if "gallery dataset-cookies" in done else [PARKED]})

    def retry(route: Route) -> None:
        *_, reader, stream, _verb = route.request.url.split("/")
        done.append(f"{reader} {stream}")
        _json(route, {"reader": reader, "stream": stream})

    page.route(re.compile(r"/v1/queue$"), queue)
    page.route(re.compile(r"/v1/dead-letters$"), dead)
    page.route(re.compile(r"/v1/dead-letters/.*/redrive$"), redrive)
    page.route(re.compile(r"/v1/parked$"), parked)
    page.route(re.compile(r"/v1/parked/.*/retry$"), retry)
    return done


def _json(route: Route, body: Json, status: int = 200) -> None:
    route.fulfill(status=status, content_type="application/json", body=json.dumps(body))
