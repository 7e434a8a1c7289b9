"""Curve, grey zone, slices and recall by size of a run through the API."""

import pytest

from kenpin.domain.dataset.eligibility import Use
from kenpin.domain.dataset.values import Capture
from kenpin.domain.ids import Split, Verdict
from kenpin_training.pipeline.pixel_figures import FoundDefect
from kenpin_training.predictions import PredictionRow, to_parquet
from tests.functions.conftest import Api
from tests.functions.test_decisions import scored


@pytest.fixture
def path(api: Api, labelled: list[str]) -> str:
    lines = Capture(line="L1"), Capture(line="L2, north")
    rows = [
        PredictionRow(labelled[0], "test", "NG", 0.9, use="test", capture=lines[0]),
        PredictionRow(labelled[1], "test", "NG", 0.4, use="test", capture=lines[1]),
        PredictionRow(labelled[2], "test", "OK", 0.3, use="test", capture=lines[1]),
    ]
    return f"/v1/runs/{scored(api, to_parquet(rows, {'test': 'by lot'}), len(rows), 0.5)}"


def test_a_curve_has_the_points_that_people_decide_by(api: Api, path: str) -> None:
    curve = api.get(f"{path}/curve?defect_rate=0.01&escape_cost=50").json
    assert (curve["images"], curve["ng"], curve["ok"], curve["split_rule"]) == (3, 2, 1, "by lot")
    assert (curve["defect_rate"], curve["defect_rate_from"], curve["escape_cost"]) == (0.01, "asked", 50)
    assert [point["threshold"] for point in curve["points"]] == [0.3, 0.4, 0.9]
    assert (curve["chosen"]["escapes"], curve["chosen"]["overkills"]) == (1, 0)
    assert (curve["zero_escape"]["threshold"], curve["zero_escape"]["overkills"]) == (0.4, 0)
    assert curve["zero_escape"]["escape_bound"] == pytest.approx(0.7764, abs=1e-4)
    assert api.get(f"{path}/curve").json["defect_rate_from"] == "split"


def test_a_grey_zone_says_what_is_decided_alone(api: Api, path: str) -> None:
    zone = api.get(f"{path}/grey-zone?low=0.35&high=0.5&defect_rate=0.5").json
    assert (zone["images"], zone["alone"], zone["escapes"], zone["overkills"]) == (3, 2, 0, 0)
    assert zone["looked_at"] == 0.25
    refused = api.get(f"{path}/grey-zone?low=0.6&high=0.5")
    assert refused.status == 400 and "low: 0.6 is above high" in refused.json["detail"]


def test_a_slice_opens_its_images(api: Api, path: str, labelled: list[str]) -> None:
    slices = api.get(f"{path}/slices?by=line").json
    assert [each["values"] for each in slices["items"]] == [["L2, north"], ["L1"]]
    worst = slices["items"][0]
    assert (worst["escapes"], worst["few_ng"], slices["whole"]["escapes"]) == (1, True, 1)
    shown = api.get(f"{path}/predictions?split=test&slice={worst['slice']}").json["items"]
    assert {each["image_id"] for each in shown} == set(labelled[1:3])
    assert api.get(f"{path}/predictions?slice={worst['slice']}").status == 400
    unknown = api.get(f"{path}/predictions?split=test&slice=nonsense")
    assert (unknown.status, unknown.json["code"]) == (422, "NoSuchSlice")
    assert api.get(f"{path}/slices?by=line&then_by=line").status == 400


def test_days_are_those_of_the_site(api: Api, labelled: list[str]) -> None:
    taken = Capture(captured_at="2026-11-28T23:30:00+00:00")
    row = PredictionRow(labelled[0], "test", "NG", 0.9, use="test", capture=taken)
    path = f"/v1/runs/{scored(api, to_parquet([row]), 1, 0.5)}"

    def only_day() -> list[str]:
        [found] = api.get(f"{path}/slices?by=day").json["items"]
        shown = api.get(f"{path}/predictions?split=test&slice={found['slice']}").json["items"]
        assert [each["image_id"] for each in shown] == labelled[:1]
        days: list[str] = found["values"]
        return days

    assert only_day() == ["2026-11-29"]
    zone = {"zone": "America/New_York", "reason": "moved"}
    assert api.post("/v1/projects/cookies/time-zone", zone, method="PUT").status == 200
    api.catch_up()
    assert only_day() == ["2026-11-28"]


def test_a_split_without_images_has_an_empty_curve(api: Api, path: str) -> None:
    curve = api.get(f"{path}/curve?split=validation").json
    assert (curve["points"], curve["cheapest"], curve["zero_escape"], curve["images"]) == ([], None, None, 0)
    assert api.get(f"{path}/slices?split=validation&by=class&then_by=month").json["items"] == []


@pytest.fixture
def classed(api: Api, labelled: list[str]) -> str:
    """A run whose model tells dents and scratches; a crack was too rare to learn."""

    def row(n: int, use: Use, shown: tuple[str, ...], dent: float, scratch: float) -> PredictionRow:
        split: Split = "test" if use == "test" else "train"
        verdict: Verdict = "NG" if shown or n == 5 else "OK"
        return PredictionRow(
            labelled[n],
            split,
            verdict,
            0.5,
            0.5,
            use=use,
            classes=shown,
            class_scores=[dent, scratch],
            group=f"{n}",
        )

    rows = [
        row(0, "test", ("dent",), 0.9, 0.1),
        row(1, "test", ("dent",), 0.2, 0.7),
        row(2, "test", ("dent", "scratch"), 0.6, 0.8),
        row(3, "test", (), 0.1, 0.55),
        row(4, "test", (), 0.1, 0.2),
        row(5, "test", (), 0.9, 0.9),
        row(6, "train", ("crack",), 0.1, 0.1),
        row(7, "train", ("crack",), 0.1, 0.1),
    ]
    body = to_parquet(rows, {"test": "by lot"}, ("dent", "scratch"))
    return f"/v1/runs/{scored(api, body, len(rows), 0.5)}"


def test_classes_have_figures_with_bounds_and_rare_ones_are_named(api: Api, classed: str) -> None:
    found = api.get(f"{classed}/classes").json
    dent, scratch = found["items"]
    assert (dent["class_id"], dent["images"], dent["found"], dent["named"], dent["few"]) == (
        "dent",
        3,
        2,
        2,
        True,
    )
    assert (scratch["images"], scratch["found"], scratch["named"]) == (1, 1, 3)
    assert scratch["precision"] == pytest.approx(1 / 3)
    assert scratch["precision_bound"] == pytest.approx(0.0170, abs=1e-4), "Clopper-Pearson, one-sided"
    assert (dent["auroc"], scratch["auroc"], found["split_rule"]) == (1.0, 1.0, "by lot")
    assert found["unlearnt"] == [{"class_id": "crack", "images": 2, "groups": 2}]
    none = api.get(f"{classed}/classes?split=validation").json["items"][0]
    assert (none["images"], none["recall"], none["recall_bound"], none["auroc"]) == (0, None, None, None)


def test_each_cell_of_the_confusion_opens_its_images(api: Api, classed: str, labelled: list[str]) -> None:
    found = api.get(f"{classed}/classes").json
    told = {(each["class_id"], each["predicted"]): each for each in found["confusion"]}
    assert {cell: each["images"] for cell, each in told.items()} == {
        ("dent", "dent"): 1,
        ("dent", "scratch"): 2,
        ("scratch", "scratch"): 1,
        (None, "scratch"): 2,
    }
    for each in (*found["confusion"], *found["items"]):
        shown = api.get(f"{classed}/predictions?split=test&slice={each['slice']}").json["items"]
        assert len(shown) == each["images"]
    for each in found["items"]:
        for count in ("found", "named"):
            shown = api.get(f"{classed}/predictions?split=test&slice={each[f'{count}_slice']}").json["items"]
            assert len(shown) == each[count]
    by = {one["image_id"]: one["classes"] for one in api.get(f"{classed}/predictions").json["items"]}
    assert [each["class_id"] for each in by[labelled[1]]] == ["scratch", "dent"], "the likeliest first"


def test_a_run_that_scores_no_classes_says_so(api: Api, path: str) -> None:
    found = api.get(f"{path}/classes").json
    assert (found["scores_classes"], found["items"], found["unlearnt"], found["confusion"]) == (
        False,
        [],
        [],
        [],
    )
    assert api.get(f"{path}/predictions").json["items"][0]["classes"] == []


def test_recall_is_told_by_size_in_pixels_and_millimetres(api: Api, labelled: list[str]) -> None:
    found = [FoundDefect(10.0, True), FoundDefect(15.9, False)]
    rows = [
        PredictionRow(labelled[0], "test", "NG", 0.9, use="test", defects=found),
        PredictionRow(
            labelled[1], "test", "NG", 0.9, use="test", defects=[FoundDefect(100.0, True)], false_regions=2
        ),
        PredictionRow(labelled[3], "test", "OK", 0.1, use="test", false_regions=1),
        PredictionRow(labelled[4], "test", "OK", 0.1, use="test", false_regions=0),
        PredictionRow(labelled[2], "train", "NG", 0.9, use="train", defects=[FoundDefect(2.0, True)]),
    ]
    run = f"/v1/runs/{scored(api, to_parquet(rows, {'test': 'by lot'}), len(rows), 0.5)}"
    path = f"{run}/defect-sizes"
    answer = api.get(f"{path}?pixels_per_mm=20").json
    assert (answer["split_rule"], answer["pixels_per_mm"]) == ("by lot", 20)
    small, large = answer["items"]
    assert (small["least"], small["beyond"], small["least_mm"], small["beyond_mm"]) == (8, 16, 0.4, 0.8)
    assert (small["defects"], small["found"], small["recall"]) == (2, 1, 0.5)
    assert small["missed_bound"] == pytest.approx(0.9747, abs=1e-4)
    assert (large["least"], large["beyond"], large["least_mm"], large["beyond_mm"]) == (64, None, 3.2, None)
    assert [(each["images"], each["missed_images"]) for each in (small, large)] == [(1, 1), (1, 0)]
    kinds = {each["kind"]: each["images"] for each in answer["regions"]}
    assert kinds == {"marked_defect": 2, "found_defect": 2, "missed_defect": 1, "false_region": 2}
    figures = [(each["images"], each["slice"]) for each in (small, large, *answer["regions"])]
    for images, slice in (
        *figures,
        *((each["missed_images"], each["missed_slice"]) for each in (small, large)),
    ):
        assert api.get(f"{run}/predictions?split=test&slice={slice}").json["total"] == images
    assert [each["least_mm"] for each in api.get(path).json["items"]] == [None, None]
    api.post("/v1/datasets/cookies/scales", {"mm_per_pixel": 0.05, "camera": "cam-9", "reason": "a ruler"})
    assert api.get(path).json["pixels_per_mm"] is None
    api.post("/v1/datasets/cookies/scales", {"mm_per_pixel": 0.1, "reason": "a ruler"})
    of_cameras = api.get(path).json
    assert (of_cameras["pixels_per_mm"], of_cameras["items"][0]["least_mm"]) == (10, 0.8)
    assert api.get(f"{path}?pixels_per_mm=20").json["pixels_per_mm"] == 20
    assert api.get(f"{path}?split=validation").json["items"] == []
    assert api.get(f"{path}?pixels_per_mm=0").status == 422


def test_a_run_without_maps_has_no_recall_by_size(api: Api, path: str) -> None:
    assert api.get(f"{path}/defect-sizes").json["items"] == []


def unseen(ids: list[str], folds: dict[int, tuple[Verdict, float | None]]) -> list[PredictionRow]:
    """Images that were learnt from, in no split: the model has 0.5 for each, models without it have these scores."""
    return [
        PredictionRow(ids[n], None, verdict, 0.5, score, use="train") for n, (verdict, score) in folds.items()
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [0, 1, 2, 3]),
        ("&cell=escape", [1]),
        ("&cell=true_ng", [0]),
        ("&cell=overkill", [2]),
        ("&cell=true_ok", [3]),
        ("&cell=escape&low=0.2", []),
        ("&cell=true_ok&low=0.95", [2, 3]),
        ("&low=0.3&high=0.7", [1]),
    ],
)
def test_the_images_of_a_figure_are_those_that_it_counts(
    api: Api, labelled: list[str], query: str, expected: list[int]
) -> None:
    """The last image has no score by a model without it, so no figure counts it."""
    verdicts: dict[int, tuple[Verdict, float | None]] = {
        0: ("NG", 0.9),
        1: ("NG", 0.4),
        2: ("OK", 0.8),
        3: ("OK", 0.1),
        4: ("OK", None),
    }
    body = to_parquet(unseen(labelled, verdicts), {"train": "out of fold"})
    run = f"/v1/runs/{scored(api, body, 5, 0.6)}"
    slices = api.get(f"{run}/slices?by=line&split=train").json["whole"]
    assert (slices["images"], slices["escapes"], slices["overkills"]) == (4, 1, 1)
    page = api.get(f"{run}/predictions?split=train&counted=true{query}").json
    assert {one["image_id"] for one in page["items"]} == {labelled[n] for n in expected}
    assert page["total"] == len(expected)
    scores = {one["image_id"]: one["score"] for one in page["items"]}
    assert all(scores[labelled[n]] == verdicts[n][1] for n in expected)


def test_what_figures_count_is_asked_of_a_split(api: Api, path: str) -> None:
    assert api.get(f"{path}/predictions?counted=true").status == 400
    assert api.get(f"{path}/predictions?split=pool&counted=true").status == 400


def test_a_list_of_images_is_read_to_its_end(api: Api, path: str) -> None:
    first = api.get(f"{path}/predictions?split=test&counted=true&limit=2").json
    rest = api.get(f"{path}/predictions?split=test&counted=true&limit=2&cursor={first['next_cursor']}").json
    assert (first["total"], len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 2, 1, None)
