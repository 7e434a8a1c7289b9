"""Drift of a model through the API: its run and inspections, by day and line."""

from io import BytesIO

import pytest

from kenpin.bootstrap import platform
from kenpin.domain.model.commands import ReportInspection
from kenpin.domain.model.decider import model
from kenpin.read_models.models import drift, inspections
from kenpin.read_models.runs import queries as runs
from kenpin_training.predictions import PredictionRow, to_parquet
from tests.functions.conftest import Api
from tests.functions.test_decisions import scored, trained
from tests.functions.training import WORKER

LEARNT, NEW = 30, 50


@pytest.fixture
def model_id(api: Api, labelled: list[str]) -> str:
    """A model that learnt from 30 images of before, and inspected 50 that came on line 7 afterwards, far from them."""
    learnt = [
        PredictionRow(f"{n:064x}", None, "OK", 0.1, 0.1, unfamiliar=n / LEARNT, use="train")
        for n in range(LEARNT)
    ]
    held_out = PredictionRow(labelled[2], "test", "NG", 0.9, unfamiliar=0.5)
    id = scored(api, to_parquet([*learnt, held_out]), LEARNT + 1, 0.5)
    ids = [api.image(100 + n) for n in range(NEW)]
    capture = {"line": "line-7", "captured_at": "2026-03-02T23:30:00-02:00"}
    images = [{"digest": one, "capture": capture} for one in ids]
    assert api.post("/v1/datasets/cookies/images", {"images": images}).status == 201
    inspect(api, id, "i1", [PredictionRow(one, None, None, 0.2, unfamiliar=0.1) for one in ids])
    inspect(api, id, "i2", [PredictionRow(one, None, None, 0.7, unfamiliar=1.5) for one in ids])
    return id


def inspect(api: Api, model_id: str, inspection_id: str, rows: list[PredictionRow]) -> None:
    digest = inspection_id.encode().hex().ljust(64, "0")
    platform().objects.put(f"predictions/{digest}.parquet", BytesIO(to_parquet(rows)))
    report = ReportInspection(
        inspection_id=inspection_id,
        dataset_id="cookies",
        dataset_version=9,
        threshold=0.5,
        predictions=digest,
        images=len(rows),
        judged_ng=0,
        unfamiliar=0,
        left_out=0,
        remaining=0,
    )
    platform().commands.execute(model, model_id, report, by=WORKER)
    api.catch_up()


def test_the_scores_of_a_model_are_those_of_its_run_and_then_of_its_inspections(
    api: Api, model_id: str
) -> None:
    with platform().database.reading() as sql:
        files = runs.score_files(sql, model_id)
        inspected = inspections.of_run(sql, model_id, 2)
        newest = inspections.of_run(sql, model_id, 1)
    assert files == [id.encode().hex().ljust(64, "0") for id in (model_id, "i1", "i2")]
    assert inspected == [{"predictions": file, "threshold": 0.5} for file in files[1:]]
    assert newest == inspected[1:]


def test_a_line_with_unfamiliar_images_has_drifted_since(api: Api, model_id: str) -> None:
    found = api.get(f"/v1/models/{model_id}/drift").json
    assert (found["by"], found["reference"]["images"], found["reference"]["unfamiliar"]) == (
        "line",
        LEARNT,
        0,
    )
    [cell] = [cell for cell in found["days"] if cell["value"] == "line-7"]
    assert cell["day"] == "2026-03-03"
    assert (cell["images"], cell["judged_ng"], cell["labelled"]) == (NEW, NEW, 0), "the newest score counts"
    assert (cell["distances"]["unfamiliar"], cell["gap"], cell["has_drifted"]) == (NEW, 1.0, True)
    [other] = [cell for cell in found["days"] if cell["value"] != "line-7"]
    assert (other["images"], other["labelled"], other["is_small"], other["has_drifted"]) == (
        1,
        1,
        True,
        False,
    )


def test_each_figure_of_drift_opens_the_images_that_it_counts(
    api: Api, model_id: str, labelled: list[str]
) -> None:
    cells = api.get(f"/v1/models/{model_id}/drift").json["days"]
    paths = [
        f"/v1/models/{model_id}/drift/images?day={cell['day']}"
        + ("" if cell["value"] is None else f"&value={cell['value']}")
        for cell in cells
    ]
    for cell, path in zip(cells, paths, strict=True):
        for kind in ("images", "judged_ng", "labelled", "labelled_ng"):
            assert api.get(f"{path}&kind={kind}").json["total"] == cell[kind]
        assert api.get(f"{path}&kind=unfamiliar").json["total"] == cell["distances"]["unfamiliar"]
    old, new = paths
    page = api.get(f"{new}&limit=30").json
    assert (page["total"], len(page["items"]), page["items"][0]["score"]) == (NEW, 30, 0.7)
    rest = api.get(f"{new}&limit=30&cursor={page['next_cursor']}").json
    assert (len(rest["items"]), rest["next_cursor"]) == (NEW - 30, None)
    assert api.get(f"{old.partition('&')[0]}&value=line-8").json["items"] == []
    [held_out] = api.get(f"{old}&kind=labelled_ng").json["items"]
    assert (held_out["image_id"], held_out["truth"], held_out["unfamiliar"]) == (labelled[2], "NG", 0.5)


def test_days_of_drift_are_those_of_the_site(api: Api, model_id: str) -> None:
    zone = {"zone": "America/New_York", "reason": "the line moved"}
    assert api.post("/v1/projects/cookies/time-zone", zone, method="PUT").status == 200
    assert api.get("/v1/projects/cookies").json["time_zone"] == "America/New_York"
    days = api.get(f"/v1/models/{model_id}/drift").json["days"]
    assert [cell["day"] for cell in days if cell["value"] == "line-7"] == ["2026-03-02"]
    assert api.post("/v1/projects/cookies/time-zone", zone | {"zone": "Osaka"}, method="PUT").status == 422


def test_inspections_beyond_the_newest_images_are_not_read(
    api: Api, model_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "MOST_IMAGES", NEW)
    oldest = b"i1".hex().ljust(64, "0")
    platform().objects.erase([f"predictions/{oldest}.parquet"])
    [cell] = [c for c in api.get(f"/v1/models/{model_id}/drift").json["days"] if c["value"] == "line-7"]
    assert cell["images"] == NEW


def test_another_condition_may_be_compared_by(api: Api, model_id: str) -> None:
    found = api.get(f"/v1/models/{model_id}/drift?by=camera").json
    assert {cell["value"] for cell in found["days"]} == {None}
    assert api.get(f"/v1/models/{model_id}/drift?by=mood").status == 422


def test_a_run_from_before_there_were_distances_has_none(api: Api, labelled: list[str]) -> None:
    id = trained(api, {labelled[0]: 0.8, labelled[1]: 0.2}, 0.5)
    found = api.get(f"/v1/models/{id}/drift").json
    assert (found["reference"]["images"], found["reference"]["median"]) == (0, None)
    assert all(cell["gap"] is None and not cell["has_drifted"] for cell in found["days"])
    assert api.get("/v1/models/nothing/drift").status == 404
