"""The end and the output of commands: JSON alone on stdout, one line on stderr, an exit code."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from functions.api.runs.answers import RunComparison
from host.cli.classes import class_id_of
from kenpin.domain.run.comparison import MeasuredPair, compare
from tests.cli.conftest import ACCEPTED, Platform, kenpin

Capture = pytest.CaptureFixture[str]
PEOPLE = {
    "items": [
        {"actor": "p1", "name": "Hanako Sato"},
        {"actor": "p2", "name": "Taro Ito"},
        {"actor": "p3", "name": "Taro Ito"},
    ],
    "next_cursor": None,
}
RUN = {
    "run_id": "r",
    "project_id": "p",
    "dataset_id": "d",
    "dataset_version": 7,
    "dataset_hash": "0" * 64,
    "recipe": {"method": "probe"},
    "seed": 0,
    "parent_model": None,
    "status": "succeeded",
    "attempt": 1,
    "stage": "score",
    "done": 2,
    "total": 2,
    "eta_seconds": None,
    "epochs": [{"epoch": 1, "metrics": {"loss": 0.5}, "at": "2026-01-01T00:00:00Z"}],
    "evaluation": None,
    "predictions": None,
    "artifact": None,
    "identity": None,
    "failure": None,
    "requested_by": "aya",
    "requested_at": "2026-01-01T00:00:00Z",
    "started_at": None,
    "finished_at": None,
    "seconds": None,
    "queue_place": None,
    "version": 9,
}
EVALUATION = {
    "split": "test",
    "split_rule": "by lot",
    "images": 60,
    "ng": 50,
    "ok": 10,
    "escapes": 0,
    "overkills": 1,
    "threshold": 0.5,
    "escape_rate": 0.0,
    "escape_bound": 0.0582,
    "overkill_rate": 0.1,
    "overkill_bound": 0.394,
    "auroc": 0.95,
    "auroc_low": 0.88,
    "auroc_high": 0.99,
}


def test_json_stands_alone_on_stdout(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/runs", {"items": [RUN]})
    assert kenpin("run", "list", "--json") == 0
    (run,) = json.loads(capsys.readouterr().out)
    assert run["run_id"] == "r"


def test_a_group_still_answers_to_its_old_name(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/runs", {"items": [RUN]})
    assert kenpin("runs", "list", "--json") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)[0]["run_id"] == "r"
    assert "`runs` is now `run`" in shown.err


def test_help_imports_no_command() -> None:
    program = (
        "import sys, host.cli.app; print([m for m in sys.modules if m.startswith('host.cli.commands.')])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_nothing_found_is_an_empty_json_array(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/runs", {"items": []})
    assert kenpin("run", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_rate_is_shown_with_counts_bound_and_split_rule(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/runs/r", RUN | {"evaluation": EVALUATION})
    assert kenpin("run", "show", "r") == 0
    shown = capsys.readouterr().out
    assert "0 of 50 (0.0%, true rate ≤ 5.8%)" in shown
    assert "test (by lot): 60 images" in shown
    assert "0.95 (95 %: 0.88 to 0.99)" in shown


def test_a_refusal_ends_with_2_and_one_line(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/projects", {"detail": "project p exists already; choose another id"}, 409)
    assert kenpin("project", "create", "P", "--id", "p", "--json") == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "kenpin: project p exists already; choose another id\n")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("run", "show"), "kenpin run show: Missing argument 'RUN'. See `kenpin run show --help`\n"),
        (("trian",), "kenpin: No such command 'trian'. Did you mean 'train'? See `kenpin --help`\n"),
        (
            ("train", "d", "--method", "magic"),
            "kenpin train: Invalid value for '--method': Value error, 'magic' is not one of 'probe', 'fine_tune', "
            "'anomaly', 'segmentation'. See `kenpin train --help`\n",
        ),
    ],
)
def test_a_mistyped_command_ends_with_2_and_one_line(
    arguments: tuple[str, ...], line: str, capsys: Capture
) -> None:
    assert kenpin(*arguments) == 2
    assert capsys.readouterr().err == line


def test_no_platform_ends_with_3(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/queue", {"detail": "something broke"}, 503)
    assert kenpin("queue", "list") == 3
    assert capsys.readouterr().err == "kenpin: something broke\n"


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://kenpin.test"])
def test_an_address_that_is_none_ends_with_2(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: Capture, url: str
) -> None:
    monkeypatch.setenv("KENPIN_URL", url)
    assert kenpin("queue", "list") == 2
    assert "is no address of a platform" in capsys.readouterr().err


def test_training_follows_the_run_to_its_end(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/runs", ACCEPTED | {"id": "r"}, 202)
    platform.answer("GET /v1/runs/r", RUN)
    assert kenpin("train", "d", "--epochs", "2", "--json") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["status"] == "succeeded"
    assert "epoch 1: loss 0.5" in shown.err
    (body,) = platform.bodies("POST /v1/runs")
    assert body["recipe"] == {"epochs": 2}


def test_a_run_without_a_slice_is_compared_with_the_run_it_is_like(
    platform: Platform, capsys: Capture
) -> None:
    platform.answer("POST /v1/runs", ACCEPTED | {"id": "r"}, 202)
    platform.answer("GET /v1/runs/r", RUN | {"like": "q", "without": {"kind": "line", "value": "L3"}})
    missed = MeasuredPair(
        image_id="0" * 64, group="g", old_score=0.9, new_score=0.1,
        old_judged_ng=True, new_judged_ng=False, old_ng=True, new_ng=True,
    )  # fmt: skip
    found = compare([missed], old_only=0, new_only=0)
    answer = RunComparison(old_run="q", new_run="r", split="test", comparison=found)
    platform.answer("GET /v1/runs/r/comparison", json.loads(answer.model_dump_json()))
    assert kenpin("train", "d", "--like", "q", "--without", "line=L3", "--reason", "another lamp") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "like q without line L3" in shown and "escapes: 1 more of 1" in shown
    (body,) = platform.bodies("POST /v1/runs")
    without = {"kind": "line", "value": "L3"}
    assert body == {"dataset_id": "d", "like": "q", "without": without, "reason": "another lamp"}


@pytest.mark.parametrize("given", ["L3", "line=", "weather=rain"])
def test_a_slice_that_is_not_understood_is_refused(platform: Platform, given: str, capsys: Capture) -> None:
    assert kenpin("train", "d", "--like", "q", "--without", given) == 2
    assert (
        f"--without takes KIND=VALUE, not '{given}'; KIND is one of line, product" in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("options", "recipe"),
    [
        (("--method", "anomaly", "--overkill-aim", "0.02"), {"method": "anomaly", "overkill_aim": 0.02}),
        (
            ("--method", "segmentation", "--long-side", "1024", "--tile", "256", "--top-places", "2"),
            {"method": "segmentation", "long_side": 1024, "tile": 256, "top_places": 2},
        ),
        (("--method", "anomaly", "--long-side", "0"), {"method": "anomaly", "long_side": None}),
        (("--tiles-along", "2"), {"tiles_along": 2}),
        (("--no-region-of-interest",), {"region_of_interest": False}),
        (
            ("--method", "fine_tune", "--may-turn", "--no-may-mirror", "--brightness", "0"),
            {"method": "fine_tune", "may_turn": True, "may_mirror": False, "brightness": 0.0},
        ),
        (
            ("--method", "fine_tune", "--average-views", "--held-out-of", "8"),
            {"method": "fine_tune", "average_views": True, "held_out_of": 8},
        ),
    ],
)
def test_a_method_is_trained_with_the_fields_of_its_recipe(
    platform: Platform, options: tuple[str, ...], recipe: dict[str, object]
) -> None:
    platform.answer("POST /v1/runs", ACCEPTED | {"id": "r"}, 202)
    assert kenpin("train", "d", *options, "--no-follow") == 0
    (body,) = platform.bodies("POST /v1/runs")
    assert body["recipe"] == recipe


def test_figures_of_regions_are_shown_where_maps_were_compared(platform: Platform, capsys: Capture) -> None:
    regions = {
        "mapped_images": 9,
        "defects": 8,
        "region_recall": 0.875,
        "false_regions": 3,
        "aupro": 0.91,
        "aupimo": 0.63,
    }
    platform.answer("GET /v1/runs/r", RUN | {"evaluation": EVALUATION | regions})
    assert kenpin("run", "show", "r") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "maps compared 9 images defects found 7 of 8 marked false regions 3" in shown
    assert "aupro 0.91" in shown and "aupimo 0.63" in shown
    platform.answer("GET /v1/runs/r", RUN | {"evaluation": EVALUATION})
    assert kenpin("run", "show", "r") == 0
    assert "false regions" not in capsys.readouterr().out


def test_a_promised_escape_rate_goes_into_the_recipe(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/runs", ACCEPTED | {"id": "r"}, 202)
    assert kenpin("train", "d", "--escape-rate", "0.01", "--confidence", "0.9", "--no-follow") == 0
    (body,) = platform.bodies("POST /v1/runs")
    assert body["recipe"] == {"escape_rate": 0.01, "confidence": 0.9}


def test_figures_that_look_too_good_are_said_to(platform: Platform, capsys: Capture) -> None:
    counts = {"images": 10, "ng": 5, "ok": 5, "escapes": 0, "overkills": 0, "threshold": 0.5}
    evaluation = {
        "split": "test",
        "split_rule": "by hand",
        "shared_groups": 3,
        "near_duplicates": 2,
        **counts,
    }
    platform.answer("GET /v1/runs/r", RUN | {"evaluation": evaluation})
    assert kenpin("run", "show", "r") == 0
    warning = capsys.readouterr().err
    assert "images of 3 groups are both in test and in what was learnt from" in warning
    assert "2 images of test look like one that was learnt from" in warning
    honest = evaluation | {"shared_groups": 0, "near_duplicates": 0}
    platform.answer("GET /v1/runs/r", RUN | {"evaluation": honest})
    assert kenpin("run", "show", "r") == 0
    assert capsys.readouterr().err == ""


def test_a_run_that_may_not_decide_alone_says_why(platform: Platform, capsys: Capture) -> None:
    choice = {"rule": "cost", "threshold": 0.37, "ng": 14, "low": 0.21, "high": 0.52, "ng_needed": 20}
    costs = {"cost": 0.31, "cost_low": 0.12, "cost_high": 0.66, "not_ready": ["few_ng", "wide_cost"]}
    platform.answer("GET /v1/runs/r", RUN | {"evaluation": EVALUATION | {"choice": choice | costs}})
    assert kenpin("run", "show", "r") == 0
    shown = capsys.readouterr()
    assert "95 %: 0.21 to 0.52" in shown.out
    assert "0.31 per part (95 %: 0.12 to 0.66)" in shown.out
    assert shown.err == (
        "rank only: not ready to decide alone: "
        "14 NG images among those that the threshold was chosen on, 20 are needed; "
        "the expected cost is as uncertain as it is large; judge more images\n"
    )


def test_a_window_is_set_and_removed_for_one_camera(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/datasets/d/windows", ACCEPTED, 201)
    assert kenpin("dataset", "window", "d", "64", "4000.5", "--camera", "cam-2", "--reason", "12 bits") == 0
    assert "64 is black and 4000.5 white for camera cam-2" in capsys.readouterr().out
    (body,) = platform.bodies("POST /v1/datasets/d/windows")
    assert body == {"low": 64, "high": 4000.5, "camera": "cam-2", "reason": "12 bits"}
    platform.answer("POST /v1/datasets/d/window-removals", ACCEPTED, 201)
    assert kenpin("dataset", "window", "d", "--clear", "--reason", "another lamp") == 0
    assert "the window is removed for all cameras without" in capsys.readouterr().out
    (body,) = platform.bodies("POST /v1/datasets/d/window-removals")
    assert body == {"camera": None, "reason": "another lamp"}
    for values in (("64",), ("64", "4000", "--clear"), ()):
        assert kenpin("dataset", "window", "d", *values, "--reason", "neither") == 2


def test_the_scale_of_a_camera_is_set_and_removed_with_a_reason(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/datasets/d/scales", ACCEPTED, 201)
    assert kenpin("dataset", "scale", "d", "0.05", "--camera", "cam-2", "--reason", "a ruler") == 0
    assert "a pixel is 0.05 mm for camera cam-2" in capsys.readouterr().out
    (body,) = platform.bodies("POST /v1/datasets/d/scales")
    assert body == {"mm_per_pixel": 0.05, "camera": "cam-2", "reason": "a ruler"}
    platform.answer("POST /v1/datasets/d/scale-removals", ACCEPTED, 201)
    assert kenpin("dataset", "scale", "d", "--clear", "--reason", "another lens") == 0
    assert "the scale is removed for all cameras without" in capsys.readouterr().out
    (body,) = platform.bodies("POST /v1/datasets/d/scale-removals")
    assert body == {"camera": None, "reason": "another lens"}
    assert kenpin("dataset", "scale", "d", "0.05", "--clear", "--reason", "both") == 2


def test_a_region_of_interest_is_drawn_by_boxes_and_a_file(
    platform: Platform, capsys: Capture, tmp_path: Path
) -> None:
    platform.answer("POST /v1/datasets/d/regions", ACCEPTED, 201)
    (tmp_path / "clamp.json").write_text("[[[1, 1], [5, 1], [1, 5.5]]]")
    drawn = ("--size", "40,30", "--box", "0,0,20,30", "--ignore", str(tmp_path / "clamp.json"))
    assert kenpin("dataset", "region", "d", *drawn, "--camera", "cam-2") == 0
    assert "region of interest set for camera cam-2" in capsys.readouterr().out
    assert kenpin("dataset", "region", "d", "--clear", "--reason", "new tray") == 0
    assert "removed for all cameras without a region" in capsys.readouterr().out
    first, second = platform.bodies("POST /v1/datasets/d/regions")
    box, clamp = [[0, 0], [20, 0], [20, 30], [0, 30]], [[1, 1], [5, 1], [1, 5.5]]
    assert first == {
        "camera": "cam-2",
        "reason": "",
        "width": 40,
        "height": 30,
        "include": [box],
        "ignore": [clamp],
    }
    assert second == {"camera": None, "reason": "new tray"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "draw the region with --include"),
        (("--clear", "--box", "0,0,1,1"), "or remove it with --clear"),
        (("--box", "0,0,1"), "box 0,0,1 is not of four numbers"),
        (("--box", "0,0,9,9"), "--size '' is no width and height"),
        (("--box", "0,0,9,9", "--size", "40x30"), "--size '40x30' is no width and height"),
        (("--include", "nowhere.json"), "nowhere.json cannot be read"),
        (("--include", __file__), "is no JSON"),
    ],
    ids=["nothing", "both", "box", "no size", "size", "no file", "no JSON"],
)
def test_a_region_that_cannot_be_read_is_refused(
    platform: Platform, capsys: Capture, given: tuple[str, ...], said: str
) -> None:
    assert kenpin("dataset", "region", "d", *given) == 2
    assert said in capsys.readouterr().err
    assert platform.bodies("POST /v1/datasets/d/regions") == []


def test_a_failed_run_ends_with_1_and_its_reason(platform: Platform, capsys: Capture) -> None:
    failure = {"reason": "out of\nmemory", "log_tail": ""}
    platform.answer("GET /v1/runs/r", RUN | {"status": "failed", "failure": failure})
    assert kenpin("run", "follow", "r") == 1
    assert capsys.readouterr().err.endswith("kenpin: run r made no model: out of memory\n")


def test_images_are_found_by_their_first_digits(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/datasets/d/images", {"items": []})
    assert kenpin("image", "exclude", "d", "abc", "--reason", "blurred") == 2
    assert (
        capsys.readouterr().err
        == "kenpin: no image of d is named or begins with abc; see `kenpin image list d`\n"
    )


def test_annotate_sends_one_judgement_per_image(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/datasets/d/annotations", ACCEPTED, 201)
    platform.answer_label_book(crack="割れ")
    assert kenpin("annotate", "d", "ng", "a" * 64, "b" * 64, "--class", "割れ", "--reason", "seen") == 0
    assert capsys.readouterr().out == "2 images judged NG; d is at version 3\n"
    (body,) = platform.bodies("POST /v1/datasets/d/annotations")
    judgement = {"verdict": "NG", "defects": [{"class_id": "crack"}], "reason": "seen"}
    assert body["annotations"] == [judgement | {"image_id": letter * 64} for letter in "ab"]


STANDING = {
    "image_id": "a" * 64, "name": "part.jpg", "ordinal": 1, "revision": 5, "verdict": "NG", "split": None,
    "excluded": None, "annotation": None, "capture": {}, "width": 8, "height": 8, "size": 9,
    "media_type": "image/png", "registered_at": "2026-01-01T00:00:00Z", "suggestion": None,
    "image_url": None, "thumbnail_url": None,
    "defects": [{"class_id": "crack", "mask": "b" * 64}, {"class_id": "crack"}],
}  # fmt: skip


def images_once(request: httpx.Request) -> httpx.Response:
    """Not excluded, and none that is."""
    wanted = request.url.params.get("excluded") != "true"
    return httpx.Response(200, json={"items": [STANDING] if wanted else []})


@pytest.mark.parametrize("typed", ["crack-1", "割れ", "ﾜﾚ"])
def test_a_class_is_typed_by_its_id_or_name(platform: Platform, typed: str) -> None:
    platform.answer_label_book(**{"crack-1": "割れ", "chip-1": "ワレ"})
    assert class_id_of(platform.client(), "d", typed) == ("chip-1" if typed == "ﾜﾚ" else "crack-1")


@pytest.mark.parametrize(
    "command", [("image", "list", "d"), ("export", "d", "--format", "csv"), ("annotate", "d", "ng", "a" * 64)]
)
def test_an_unknown_class_is_refused_with_the_known_ones(
    platform: Platform, capsys: Capture, tmp_path: Path, command: tuple[str, ...]
) -> None:
    platform.answer_label_book(crack="割れ", chip="欠け")
    to = ("--to", str(tmp_path / "out")) if command[0] == "export" else ()
    assert kenpin(*command, "--class", "nonono", *to) == 2
    said = "the label book of d has no class nonono; it has 割れ (crack), 欠け (chip)"
    assert capsys.readouterr().err == f"kenpin: {said}\n"


def test_images_are_shown_with_the_names_of_their_classes(platform: Platform, capsys: Capture) -> None:
    platform.answers["GET /v1/datasets/d/images"] = images_once
    platform.answer(f"GET /v1/datasets/d/images/{'a' * 64}", STANDING)
    platform.answer_label_book(crack="割れ")
    for command in (("list", "d"), ("show", "d", "a" * 64)):
        assert kenpin("image", *command) == 0
        shown = capsys.readouterr().out
        assert "割れ" in shown and "crack" not in shown


def test_the_conditions_of_an_image_are_shown(platform: Platform, capsys: Capture) -> None:
    platform.answer(f"GET /v1/datasets/d/images/{'a' * 64}", {**STANDING, "capture": {"line": "L7"}})
    platform.answer_label_book(crack="割れ")
    assert kenpin("image", "show", "d", "a" * 64) == 0
    assert ["line", "L7"] in [shown.split() for shown in capsys.readouterr().out.splitlines()]


def test_a_list_that_stops_says_so(platform: Platform, capsys: Capture) -> None:
    images = [{**STANDING, "image_id": digit * 64} for digit in "ab"]
    platform.answer("GET /v1/datasets/d/images", {"items": images})
    platform.answer_label_book(crack="割れ")
    for words, shown, said in (
        (
            ("--limit", "1", "--json"),
            1,
            "there are more than 1; --limit shows more\n",
        ),
        (("--json",), 2, ""),
    ):
        assert kenpin("image", "list", "d", *words) == 0
        out, err = capsys.readouterr()
        assert (len(json.loads(out)), err) == (shown, said)


def test_a_log_asks_for_the_whole_name_of_a_stream(platform: Platform, capsys: Capture) -> None:
    assert kenpin("log", "line-1") == 2
    assert "write dataset-line-1" in capsys.readouterr().err
    assert not platform.asked


def test_a_table_judges_each_image_and_keeps_its_shapes(
    platform: Platform, capsys: Capture, tmp_path: Path
) -> None:
    platform.answers["GET /v1/datasets/d/images"] = images_once
    platform.answer("POST /v1/datasets/d/annotations", ACCEPTED, 201)
    table = tmp_path / "answers.csv"
    table.write_text("image,verdict,class\npart.jpg,ng,欠け\n", "utf-8")
    platform.answer_label_book(chip="欠け")
    assert kenpin("annotate", "d", "--from", str(table), "--reason", "seen", "--batch", "shift-2") == 0
    assert "`kenpin undo d shift-2`" in capsys.readouterr().out
    (body,) = platform.bodies("POST /v1/datasets/d/annotations")
    defects = [{"class_id": "chip", "mask": "b" * 64}]
    judged = {"image_id": "a" * 64, "verdict": "NG", "defects": defects, "reason": "seen", "revision": 5}
    assert body == {"annotations": [judged]}
    assert platform.asked[-1].headers["Kenpin-Batch"] == "shift-2"


@pytest.mark.parametrize(
    "text", ["", "image,verdict\n", "image,judgement\na,OK\n", "image,verdict,why\na,OK,b\n"]
)
def test_a_table_that_cannot_be_understood_is_refused(platform: Platform, tmp_path: Path, text: str) -> None:
    table = tmp_path / "answers.csv"
    table.write_text(text)
    assert kenpin("annotate", "d", "--from", str(table)) == 2
    assert kenpin("annotate", "d", "NG", "--from", str(table)) == 2
    assert platform.asked == []


def test_a_table_corrects_the_conditions_that_differ_and_names_rows_without_an_image(
    platform: Platform, capsys: Capture, tmp_path: Path
) -> None:
    platform.answers["GET /v1/datasets/d/images"] = images_once
    platform.answer("POST /v1/datasets/d/captures", ACCEPTED, 201)
    table = tmp_path / "conditions.csv"
    table.write_text("File;Line;captured_at\nng\\PART.JPG;L2;2026/11/28 9:05\nother.jpg;L1;\n")
    assert kenpin("image", "correct", "d", "--captures", str(table), "--reason", "wrong line") == 1
    said = capsys.readouterr()
    assert said.out == "1 image corrected\n"
    assert "conditions.csv line 3: no image is called other.jpg" in said.err
    assert "1 row fits no image; correct the table and run it again" in said.err
    (body,) = platform.bodies("POST /v1/datasets/d/captures")
    assert (body["image_id"], body["reason"]) == ("a" * 64, "wrong line")
    capture = body["capture"]
    assert isinstance(capture, dict)
    assert (capture["line"], capture["captured_at"]) == ("L2", "2026-11-28T09:05:00+09:00")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "name images and --set FIELD=VALUE, or give a table with --captures"),
        (["part.jpg", "--set", "colour=red"], "colour=red is not FIELD=VALUE; the fields are product, line"),
        (["part.jpg", "--set", "captured_at=yesterday"], "captured_at: yesterday is no time"),
        (["part.jpg", "--set", "captured_at=2026/13/45"], "captured_at: 2026/13/45 is no time"),
        (["--captures", "nowhere.csv"], "nowhere.csv cannot be read: No such file or directory"),
    ],
)
def test_a_correction_that_says_too_little_is_refused(
    platform: Platform, capsys: Capture, arguments: list[str], why: str
) -> None:
    assert kenpin("image", "correct", "d", *arguments) == 2
    assert why in capsys.readouterr().err


def test_a_setting_that_does_not_hold_is_refused_where_it_is_used(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: Path
) -> None:
    monkeypatch.setenv("KENPIN_TIME_ZONE", "Nope")
    (tmp_path / "captures.csv").write_text("file,line\n")
    for command in (
        ("image", "correct", "d", "part.jpg", "--set", "captured_at=2026-01-02"),
        ("image", "correct", "d", "--captures", str(tmp_path / "captures.csv")),
        ("import", "d", str(tmp_path), "--format", "folder"),
    ):
        assert kenpin(*command) == 2
        assert capsys.readouterr().err.startswith("kenpin: KENPIN_TIME_ZONE: Nope is no time zone; ")


POINT = {
    "threshold": 0.4,
    "escapes": 0,
    "overkills": 2,
    "escape_rate": 0.0,
    "overkill_rate": 0.04,
    "cost": 0.039,
}
MARKED = POINT | {"escape_bound": 0.058, "overkill_bound": 0.12}
COUNTED = {"split": "test", "split_rule": "by lot", "images": 100}


def test_a_curve_says_on_what_and_at_which_points(platform: Platform, capsys: Capture) -> None:
    curve = COUNTED | {"ng": 50, "ok": 50, "groups": 9, "defect_rate": 0.01, "defect_rate_from": "asked"}
    curve |= {"escape_cost": 10, "overkill_cost": 1, "points": [POINT], "cheapest": None}
    platform.answer("GET /v1/runs/r/curve", curve | {"chosen": MARKED, "zero_escape": MARKED})
    assert kenpin("run", "curve", "r", "--defect-rate", "0.01") == 0
    shown = capsys.readouterr().out
    assert "test (by lot): 100 images of 9 groups" in shown
    assert "zero escape" in shown and "0 of 50 (0.0%, true rate ≤ 5.8%)" in shown


def test_a_grey_zone_says_what_people_look_at(platform: Platform, capsys: Capture) -> None:
    zone = COUNTED | {"low": 0.3, "high": 0.7, "alone": 90, "escapes": 1, "overkills": 0}
    zone |= {"escape_bound": 0.1, "overkill_bound": 0.06, "looked_at": 0.08}
    platform.answer("GET /v1/runs/r/grey-zone", zone)
    assert kenpin("run", "grey-zone", "r", "0.3", "0.7", "--parts", "8000") == 0
    shown = capsys.readouterr().out
    assert "8.0% of production" in shown and "640 of 8000 parts" in shown and "90 of 100 images" in shown


@pytest.mark.parametrize(("typed", "stored"), [("Hanako Sato", "p1"), ("p2", "p2")])
def test_a_run_without_a_person_names_them_and_keeps_their_id(
    platform: Platform, typed: str, stored: str
) -> None:
    platform.answer("GET /v1/people", PEOPLE)
    platform.answer("POST /v1/runs", ACCEPTED | {"id": "r"}, 202)
    assert kenpin("train", "d", "--like", "q", "--without", f"person={typed}", "--no-follow") == 0
    (body,) = platform.bodies("POST /v1/runs")
    assert body["without"] == {"kind": "person", "value": stored}


def test_two_people_of_one_name_are_told_apart_by_their_ids(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/people", PEOPLE)
    assert kenpin("train", "d", "--like", "q", "--without", "person=Taro Ito") == 2
    assert "2 people are named Taro Ito; give one of their ids: p2, p3" in capsys.readouterr().err


def test_slices_by_person_show_names(platform: Platform, capsys: Capture) -> None:
    figures = {"images": 12, "ng": 4, "ok": 8, "escapes": 1, "overkills": 0, "auroc": 0.9, "slice": "x"}
    figures |= {"escape_rate": 0.25, "escape_bound": 0.75, "overkill_rate": 0, "overkill_bound": 0.31}
    figures |= {"few_ng": False, "few_ok": False}
    items = [figures | {"values": [value]} for value in ("p1", "gone", None)]
    found = {"split": "test", "split_rule": "by lot", "by": ["person"], "threshold": 0.5, "items": items}
    platform.answer("GET /v1/people", PEOPLE)
    platform.answer("GET /v1/runs/r/slices", found | {"whole": figures | {"values": []}})
    assert kenpin("run", "slices", "r", "--by", "person") == 0
    shown = capsys.readouterr().out
    assert "Hanako Sato" in shown and "gone" in shown and "–" in shown and "p1" not in shown


def test_classes_say_their_figures_and_which_were_too_rare(platform: Platform, capsys: Capture) -> None:
    dent = {"class_id": "dent", "images": 12, "found": 9, "named": 10, "recall": 0.75, "recall_bound": 0.47}
    dent |= {"precision": 0.9, "precision_bound": 0.6, "auroc": 0.95, "few": False, "slice": "x"}
    dent |= {"found_slice": "f", "named_slice": "n"}
    cell = {"class_id": "dent", "predicted": None, "images": 3, "slice": "y"}
    found = {
        "split": "test",
        "split_rule": "by lot",
        "scores_classes": True,
        "items": [dent],
        "confusion": [cell],
    }
    rare = {"class_id": "crack", "images": 3, "groups": 1}
    platform.answer("GET /v1/runs/r/classes", found | {"unlearnt": [rare]})
    assert kenpin("run", "classes", "r") == 0
    shown = capsys.readouterr().out
    assert (
        "9 of 12: 75.0% (true rate ≥ 47.0%)" in shown
        and "not learnt: crack, 3 NG images of 1 groups" in shown
    )
    none = {"items": [], "confusion": [], "unlearnt": [], "scores_classes": False}
    platform.answer("GET /v1/runs/r/classes", found | none)
    assert kenpin("run", "classes", "r") == 0
    assert "scores no defect classes" in capsys.readouterr().out


def test_slices_say_where_few_images_are(platform: Platform, capsys: Capture) -> None:
    figures = {"images": 12, "ng": 4, "ok": 8, "escapes": 1, "overkills": 0, "auroc": 0.9, "slice": "x"}
    figures |= {"escape_rate": 0.25, "escape_bound": 0.75, "overkill_rate": 0, "overkill_bound": 0.31}
    one = figures | {"values": ["L1"], "few_ng": True, "few_ok": True}
    whole = figures | {"values": [], "few_ng": False, "few_ok": False}
    found = {"split": "test", "split_rule": "by lot", "by": ["line"], "threshold": 0.5}
    platform.answer("GET /v1/runs/r/slices", found | {"items": [one], "whole": whole})
    assert kenpin("run", "slices", "r", "--by", "line") == 0
    shown = capsys.readouterr().out
    assert "few NG and OK" in shown and "L1" in shown and "all" in shown


def test_recall_by_size_is_shown_in_millimetres_too(platform: Platform, capsys: Capture) -> None:
    figures: dict[str, object] = {"defects": 20, "found": 19, "recall": 0.95, "missed_bound": 0.216}
    figures |= {"images": 12, "missed_images": 1, "slice": "s", "missed_slice": "m"}
    items = [
        {"least": 8, "beyond": 16, "least_mm": 0.4, "beyond_mm": 0.8, **figures},
        {"least": 64, "beyond": None, "least_mm": 3.2, "beyond_mm": None, **figures},
    ]
    found = {"split": "test", "split_rule": "by lot", "pixels_per_mm": 20, "regions": []}
    platform.answer("GET /v1/runs/r/defect-sizes", found | {"items": items})
    assert kenpin("run", "defect-sizes", "r", "--mm-per-pixel", "0.05") == 0
    assert platform.asked[-1].url.params["pixels_per_mm"] == "20.0"
    shown = capsys.readouterr().out
    assert all(
        text in shown
        for text in ("8–16 px", "0.4–0.8 mm", "3.2 mm or more", "19 of 20", "78.4%", "0.05 mm per pixel")
    )
    platform.answer("GET /v1/runs/r/defect-sizes", found | {"items": []})
    assert kenpin("run", "defect-sizes", "r") == 0
    assert "no size to show" in capsys.readouterr().out
