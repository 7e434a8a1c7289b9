"""Two runs compared through the API: figures, parts of their change, and the images that differ."""

from io import BytesIO

from kenpin.bootstrap import platform
from kenpin.domain.ids import Split, Verdict
from kenpin.domain.run.commands import ReportEvaluation, ReportPoolScored, StartRun, SucceedRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.values import Evaluation
from kenpin_training.predictions import PredictionRow, to_parquet
from tests.functions.conftest import Api
from tests.functions.training import IDENTITY, WORKER

Scored = tuple[float, Verdict]


def measured(api: Api, scores: dict[str, Scored], threshold: float = 0.5, split: Split = "test") -> str:
    """A run that was measured by these images."""
    rows = [
        PredictionRow(id, split, truth, score, score if split == "train" else None, use=split, group=id)
        for id, (score, truth) in scores.items()
    ]
    id = str(api.post("/v1/runs", {"dataset_id": "cookies", "seed": 7}).json["id"])
    digest = id.encode().hex().ljust(64, "0")
    platform().objects.put(f"predictions/{digest}.parquet", BytesIO(to_parquet(rows)))
    ng = sum(truth == "NG" for _, truth in scores.values())
    evaluation = Evaluation(
        split=split, split_rule="by part", images=len(rows), ng=ng, ok=len(rows) - ng, escapes=0, overkills=0,
        threshold=threshold,
    )  # fmt: skip
    for command in (
        StartRun(attempt=1, identity=IDENTITY),
        ReportEvaluation(attempt=1, evaluation=evaluation),
        ReportPoolScored(attempt=1, predictions=digest, images=len(rows)),
        SucceedRun(attempt=1, artifact="a" * 64, threshold=threshold, seconds=3.5),
    ):
        platform().commands.execute(run, id, command, by=WORKER)
    api.catch_up()
    api.catch_up()
    return id


def test_two_runs_are_compared_on_the_images_of_both(api: Api, labelled: list[str]) -> None:
    a, b, c, d, e = labelled[:5]
    old = measured(api, {a: (0.4, "NG"), b: (0.9, "NG"), c: (0.1, "OK"), d: (0.7, "NG")})
    new = measured(api, {a: (0.8, "NG"), b: (0.9, "OK"), c: (0.6, "OK"), e: (0.1, "OK")}, threshold=0.55)
    answer = api.get(f"/v1/runs/{new}/comparison?old_run={old}").json
    assert (answer["old_run"], answer["new_run"], answer["split"]) == (old, new, "test")
    found = answer["comparison"]
    assert [found[name] for name in ("images", "old_only", "new_only", "relabelled")] == [3, 1, 1, 1]
    escapes = {(cell["model"], cell["labels"]): (cell["escapes"], cell["ng"]) for cell in found["cells"]}
    assert escapes == {
        ("old", "old"): (1, 2),
        ("old", "new"): (1, 1),
        ("new", "old"): (0, 2),
        ("new", "new"): (0, 1),
    }
    changes = {c["figure"]: (c["total"], c["by_model"], c["by_labels"]) for c in found["changes"]}
    assert changes["overkills"] == (2, 1, 1)
    assert (found["escapes"]["more"], found["overkills"]["more"]) == (-1, 1)
    assert found["escapes"]["low"] <= -1 < found["escapes"]["high"]
    for change, ids in (("fixed", [a]), ("broken", [c]), ("relabelled", [b])):
        path = f"/v1/runs/{new}/comparison/images?old_run={old}&change={change}"
        assert [item["image_id"] for item in api.get(path).json["items"]] == ids, change
    (item,) = api.get(f"/v1/runs/{new}/comparison/images?old_run={old}&change=relabelled").json["items"]
    assert (item["old_label"], item["new_label"], item["old_score"], item["new_verdict"]) == (
        "NG",
        "OK",
        0.9,
        "NG",
    )
    assert item["thumbnail_url"]


def test_images_that_differ_come_in_pages(api: Api, labelled: list[str]) -> None:
    old = measured(api, {id: (0.1, "NG") for id in labelled[:3]})
    new = measured(api, {id: (0.9, "NG") for id in labelled[:3]})
    path = f"/v1/runs/{new}/comparison/images?old_run={old}&change=fixed&limit=2"
    first = api.get(path).json
    second = api.get(f"{path}&cursor={first['next_cursor']}").json
    found = [item["image_id"] for item in (*first["items"], *second["items"])]
    assert (found, second["next_cursor"]) == (sorted(labelled[:3]), None)


def test_runs_without_a_test_split_are_compared_by_fold_scores(api: Api, labelled: list[str]) -> None:
    old = measured(api, {id: (0.9, "NG") for id in labelled[:2]}, split="train")
    new = measured(api, {id: (0.2, "NG") for id in labelled[:2]}, split="train")
    found = api.get(f"/v1/runs/{new}/comparison?old_run={old}").json["comparison"]
    assert (found["images"], found["escapes"]["more"]) == (2, 2)


def test_runs_that_cannot_be_compared_are_refused_in_words(
    api: Api, labelled: list[str], run_id: str
) -> None:
    test = measured(api, {labelled[0]: (0.9, "NG")})
    train = measured(api, {labelled[1]: (0.9, "NG")}, split="train")
    unlike = api.get(f"/v1/runs/{test}/comparison?old_run={train}")
    assert unlike.status == 422 and "measured by different images" in unlike.json["detail"]
    early = api.get(f"/v1/runs/{test}/comparison?old_run={run_id}")
    assert early.status == 404 and f"run {run_id} has no figures yet" in early.json["detail"]
    assert api.get(f"/v1/runs/{test}/comparison?old_run=none").status == 404
    assert api.get(f"/v1/runs/{test}/comparison").status == 422
