"""Figures of a run of 8 NG and 14 OK images, in the API's own form: curve, grey zone, slices, classes and sizes."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qs

Figures = dict[str, object]
MISSED: Final = urlsafe_b64encode(b'[{"by":"missed_defect","value":"8"}]').decode().rstrip("=")


def point(threshold: float, escapes: int, overkills: int) -> Figures:
    cost = escapes / 8 * 10 * 0.02 + overkills / 14 * 0.98
    return {
        **{"threshold": threshold, "escapes": escapes, "overkills": overkills, "cost": cost},
        **{"escape_rate": escapes / 8, "overkill_rate": overkills / 14},
        **{"escape_bound": 0.47, "overkill_bound": 0.39},
    }


SPLIT: Final[Figures] = {"split": "test", "split_rule": "by lot"}
POINTS: Final = [point(0.05, 0, 14), point(0.2, 0, 6), point(0.3, 1, 2), point(0.6, 2, 1), point(0.9, 7, 0)]
CURVE: Final[Figures] = {
    **SPLIT,
    **{"images": 22, "ng": 8, "ok": 14, "groups": 5, "escape_cost": 10.0, "overkill_cost": 1.0},
    **{"defect_rate": 0.02, "defect_rate_from": "recipe"},
    **{"points": POINTS, "chosen": POINTS[2], "cheapest": POINTS[4], "zero_escape": POINTS[1]},
}


def grey_zone(query: str) -> Figures:
    low, high = (float(parse_qs(query)[end][0]) for end in ("low", "high"))
    return {
        **SPLIT,
        **{"low": low, "high": high, "images": 22, "alone": 22, "looked_at": 0.0},
        **{"escapes": 1, "overkills": 2, "escape_bound": 0.471, "overkill_bound": 0.385},
    }


def run_slice(value: str | None, ng: int, escapes: int) -> Figures:
    return {
        **{"values": [value], "images": ng + 14, "ng": ng, "ok": 14, "escapes": escapes, "overkills": 2},
        **{"escape_rate": escapes / ng, "escape_bound": 0.6, "overkill_rate": 1 / 7, "overkill_bound": 0.39},
        **{"auroc": 0.95, "few_ng": ng < 10, "few_ok": False, "slice": f"slice-{value}"},
    }


SLICES: Final[Figures] = {
    **SPLIT,
    **{"by": ["product"], "threshold": 0.3, "whole": run_slice("whole", 34, 5)},
    "items": [run_slice("P3", 4, 4), run_slice(None, 10, 0), run_slice("P2", 20, 1)],
}
CLASSES: Final[Figures] = {
    **SPLIT,
    "scores_classes": True,
    "items": [
        {
            **{
                "class_id": "dent",
                "images": 12,
                "found": 9,
                "named": 10,
                "recall": 0.75,
                "recall_bound": 0.473,
            },
            **{
                "precision": 0.9,
                "precision_bound": 0.606,
                "auroc": 0.95,
                "few": False,
                "slice": "slice-dent",
            },
        }
    ],
    "unlearnt": [{"class_id": "crack", "images": 3, "groups": 1}],
    "confusion": [
        {"class_id": "dent", "predicted": "dent", "images": 9, "slice": "slice-right"},
        {"class_id": None, "predicted": "dent", "images": 1, "slice": "slice-P2"},
    ],
}


def defect_sizes(query: str) -> Figures:
    scale = float(parse_qs(query).get("pixels_per_mm", ["0"])[0])
    edges = (
        {"least_mm": 8 / scale, "beyond_mm": 16 / scale} if scale else {"least_mm": None, "beyond_mm": None}
    )
    counted = {"least": 8, "beyond": 16, "defects": 9, "found": 8, "recall": 8 / 9, "missed_bound": 0.43}
    images = {"images": 7, "missed_images": 1, "slice": "slice-8px", "missed_slice": MISSED}
    kinds = {"marked_defect": 7, "found_defect": 6, "missed_defect": 1, "false_region": 0}
    regions = [{"kind": kind, "images": count, "slice": f"slice-{kind}"} for kind, count in kinds.items()]
    return {
        **{**SPLIT, "pixels_per_mm": scale or None, "items": [{**counted, **edges, **images}]},
        "regions": regions,
    }


FIGURES: Final[Mapping[str, Callable[[str], Figures]]] = {
    "curve": lambda _: CURVE,
    "grey-zone": grey_zone,
    "slices": lambda _: SLICES,
    "classes": lambda _: CLASSES,
    "defect-sizes": defect_sizes,
}
