"""The jobs against a platform in memory: what they tell the streams, and what they do when asked twice."""

import errno
import io
import json
import os
from collections.abc import Sequence

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace
from pytest import MonkeyPatch

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import EraseImages, SetWindow
from kenpin.domain.dataset.events import CandidatesSuggested
from kenpin.domain.dataset.refusals import TooFewLabels
from kenpin.domain.decider import Refusal
from kenpin.domain.event import Event, type_of
from kenpin.domain.grey_window import GreyWindow
from kenpin.domain.ids import ImageId
from kenpin.domain.project.commands import CreateProject, SetSuggestionMix
from kenpin.domain.project.decider import project
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import CancelRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.events import PoolScored, RunEvaluated, RunStarted, RunSucceeded, StageProgressed
from kenpin.pictures.window import Window
from kenpin.ports import Job
from kenpin.read_models.runs import queries as runs
from kenpin.read_models.runs.scored_images import scored_images
from kenpin_training import job as jobs
from kenpin_training.artifact import ModelArtifact, WrongArtifact, read
from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE1
from kenpin_training.data import OtherHistory, data_now
from kenpin_training.exit_status import DONE, FAILED_FOR_GOOD, NO_LONGER_NEEDED
from kenpin_training.pipeline.classification import ClassificationModel
from kenpin_training.pipeline.feature_cache import FeatureCache
from kenpin_training.pipeline.features import no_progress
from kenpin_training.pipeline.model import ImageScores
from kenpin_training.pipeline.network import Network
from kenpin_training.predictions import PredictionRow, to_parquet
from kenpin_training.report import Reporter
from kenpin_training.results import put_result
from kenpin_training.suggest import features_in, suggest
from kenpin_training.train import train
from tests.training.conftest import BY, SIZE, Means, Photos, photo

pytestmark = pytest.mark.usefixtures("means")


def told(platform: Platform, stream: str) -> list[Event]:
    return [event for commit in platform.events.read(stream) for event in events_in(commit)]


def last(platform: Platform, stream: str, kind: str) -> Event:
    return [event for event in told(platform, stream) if type_of(event) == kind][-1]


def test_a_run_is_told_from_start_to_model(platform: Platform, labelled: Photos) -> None:
    train(platform, labelled.request(), "line-pc:7")
    events = told(platform, "run-run1")
    stages = [event.stage for event in events if isinstance(event, StageProgressed)]
    assert list(dict.fromkeys(stages)) == ["preprocess", "train", "evaluate", "score"]
    started, scored, done = (e for e in events if isinstance(e, RunStarted | PoolScored | RunSucceeded))
    assert isinstance(started, RunStarted) and started.identity.threads >= 1
    assert isinstance(scored, PoolScored) and scored.images == 22
    assert isinstance(done, RunSucceeded) and done is events[-1]
    with platform.objects.open(f"models/{done.artifact}.safetensors") as file:
        assert read(file.read()).about.threshold == done.threshold


def test_a_run_and_its_model_name_the_weights_of_their_backbone(platform: Platform, labelled: Photos) -> None:
    recipe = Recipe(image_size=SIZE, architecture="efficientnet-lite1")
    train(platform, labelled.request(recipe=recipe), "line-pc:7")
    started, done = (last(platform, "run-run1", kind) for kind in ("RunStarted", "RunSucceeded"))
    assert isinstance(started, RunStarted) and isinstance(done, RunSucceeded)
    assert started.identity.weights_digest == EFFICIENTNET_LITE1.digest
    with platform.objects.open(f"models/{done.artifact}.safetensors") as file:
        found = read(file.read())
    assert (found.about.architecture, found.about.backbone) == (
        recipe.architecture,
        EFFICIENTNET_LITE1.digest,
    )
    assert isinstance(found.model, ClassificationModel) and found.model.network.backbone == EFFICIENTNET_LITE1
    mixed = msgspec.structs.replace(found.about, architecture="efficientnet-lite2")
    with pytest.raises(WrongArtifact, match="train it anew"):
        read(ModelArtifact(mixed, found.model).to_bytes())


def test_it_is_measured_first_on_what_was_held_back_and_then_on_the_test_split(
    platform: Platform, labelled: Photos
) -> None:
    train(platform, labelled.request(), "line-pc:7")
    measured = [e.evaluation for e in told(platform, "run-run1") if isinstance(e, RunEvaluated)]
    assert [(e.split, e.ok, e.ng, e.escapes, e.overkills) for e in measured] == [
        ("train", 6, 6, 0, 0),
        ("test", 2, 2, 0, 0),
    ]
    assert measured[1].split_rule == "by part" and "cross-validation" in measured[0].split_rule


def test_a_run_says_how_its_threshold_was_chosen_and_that_six_ng_images_are_too_few(
    platform: Platform, labelled: Photos
) -> None:
    train(platform, labelled.request(), "line-pc:7")
    choices = [e.evaluation.choice for e in told(platform, "run-run1") if isinstance(e, RunEvaluated)]
    done = last(platform, "run-run1", "RunSucceeded")
    assert choices[0] is not None and isinstance(done, RunSucceeded)
    assert (choices[0].rule, choices[0].ng, choices[0].not_ready) == ("cost", 6, ("few_ng",))
    assert choices[0] == choices[1]
    assert choices[0].threshold == done.threshold


def test_predictions_name_every_image_but_the_excluded(platform: Platform, labelled: Photos) -> None:
    train(platform, labelled.request(), "line-pc:7")
    scored = last(platform, "run-run1", "PoolScored")
    assert isinstance(scored, PoolScored)
    with platform.objects.open(f"predictions/{scored.predictions}.parquet") as file:
        rows = pq.read_table(io.BytesIO(file.read())).to_pylist()
    assert [row["image_id"] for row in rows] == labelled.ids[:-1]
    assert sum(row["fold_score"] is not None for row in rows) == 12
    assert {row["split"] for row in rows if row["label_doubt"] is not None} <= {None, "train"}
    assert sum(row["label_doubt"] is not None for row in rows) == 12
    assert [row["truth"] for row in rows[-2:]] == [None, "HOLD"]
    assert {(row["split"], row["truth"]) for row in rows if row["split"]} == {("test", "OK"), ("test", "NG")}
    assert [row["use"] for row in rows].count("train") == 12 and rows[-1]["use"] is None
    tested = scored_images(platform.objects, scored.predictions, "test", ("line",))
    assert len(tested.table) == sum(row["use"] == "test" for row in rows) > 0 and tested.rule


def test_a_run_says_how_unfamiliar_each_image_is_and_its_model_can_say_it_later(
    platform: Platform, labelled: Photos
) -> None:
    train(platform, labelled.request(), "line-pc:7")
    scored, done = (last(platform, "run-run1", kind) for kind in ("PoolScored", "RunSucceeded"))
    assert isinstance(scored, PoolScored) and isinstance(done, RunSucceeded)
    with platform.objects.open(f"predictions/{scored.predictions}.parquet") as file:
        rows = pq.read_table(io.BytesIO(file.read())).to_pylist()
    with platform.objects.open(f"models/{done.artifact}.safetensors") as file:
        model = read(file.read())
    assert model.reference is not None and len(model.reference.rows) == 12
    later = [row for row in rows if row["fold_score"] is None]
    features = features_in(platform, {}).features(
        [row["image_id"] for row in later], Network(SIZE), no_progress
    )
    assert model.reference.unfamiliar(features).tolist() == pytest.approx(
        [row["unfamiliar"] for row in later]
    )


def test_what_nobody_has_judged_is_suggested(platform: Platform, labelled: Photos) -> None:
    train(platform, labelled.request(), "line-pc:7")
    suggested = last(platform, "dataset-photos", "CandidatesSuggested")
    assert isinstance(suggested, CandidatesSuggested)
    assert {c.image_id for c in suggested.candidates} == set(labelled.ids[16:21])
    assert suggested.run_id == "run1"


def test_the_same_data_recipe_and_seed_give_the_same_model(platform: Platform, labelled: Photos) -> None:
    for run_id in ("run1", "run2"):
        train(platform, labelled.request(run_id), "line-pc:7")
    first, second = (last(platform, f"run-{id}", "RunSucceeded") for id in ("run1", "run2"))
    assert isinstance(first, RunSucceeded) and isinstance(second, RunSucceeded)
    assert (first.artifact, first.threshold) == (second.artifact, second.threshold)


def test_labels_given_after_the_request_take_no_part(platform: Platform, labelled: Photos) -> None:
    asked = labelled.request()
    labelled.judge(labelled.ids[16:21], "NG")
    train(platform, asked, "line-pc:7")
    assert [e.evaluation.images for e in told(platform, "run-run1") if isinstance(e, RunEvaluated)] == [12, 4]


def test_a_run_of_another_history_is_refused(platform: Platform, labelled: Photos) -> None:
    with pytest.raises(OtherHistory):
        train(platform, labelled.request(dataset_hash="0" * 64), "line-pc:7")
    with pytest.raises(OtherHistory):
        train(platform, labelled.request("run2", dataset_version=10_000), "line-pc:7")


def test_a_job_that_comes_again_takes_the_next_attempt_and_suggests_once(
    platform: Platform, labelled: Photos, monkeypatch: MonkeyPatch
) -> None:
    asked = labelled.request()
    with monkeypatch.context() as broken:
        broken.setattr("kenpin_training.train._suggest", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            train(platform, asked, "line-pc:7")
    train(platform, asked, "line-pc:7")
    with pytest.raises(Refusal):
        train(platform, asked, "line-pc:7")
    kinds = [type_of(event) for event in told(platform, "run-run1")]
    assert (kinds.count("RunStarted"), kinds.count("RunSucceeded")) == (2, 1)
    assert [type_of(e) for e in told(platform, "dataset-photos")].count("CandidatesSuggested") == 1


def test_too_few_labels_say_so_before_anything_is_looked_at(
    platform: Platform, photos: Photos, means: Means
) -> None:
    photos.judge(photos.add([photo(20, n) for n in range(3)]), "OK")
    with pytest.raises(TooFewLabels, match="3 OK and 0 NG"):
        train(platform, photos.request(), "line-pc:7")
    assert means.seen == 0


def ask(size: int, run_id: str | None = None, strategies: str | None = None) -> Job:
    arguments: dict[str, str | int | None] = {
        "size": size,
        "run_id": run_id,
        "suggestion_id": "s1",
        "seed": 4,
        "strategies": strategies,
    }
    return Job("suggest-s1", "suggest", "photos", arguments)


def test_suggestions_need_no_label(platform: Platform, photos: Photos) -> None:
    photos.add([photo(20 * n, n) for n in range(9)])
    suggest(platform, ask(size=6))
    suggested = last(platform, "dataset-photos", "CandidatesSuggested")
    assert isinstance(suggested, CandidatesSuggested)
    assert {c.reason for c in suggested.candidates} == {"diverse", "control"}
    assert len(suggested.candidates) == 6 and suggested.run_id is None
    assert all(c.score is None for c in suggested.candidates)


def test_suggestions_after_a_run_carry_its_scores(platform: Platform, labelled: Photos) -> None:
    train(platform, labelled.request(), "line-pc:7")
    labelled.judge(labelled.ids[16:17], "OK")
    suggest(platform, ask(size=10, run_id="run1"))
    suggest(platform, ask(size=10, run_id="run1"))
    events = [e for e in told(platform, "dataset-photos") if isinstance(e, CandidatesSuggested)]
    assert [e.suggestion_id for e in events[1:]] == ["s1"]
    assert {c.image_id for c in events[-1].candidates} == set(labelled.ids[17:21])
    assert all(c.score is not None for c in events[-1].candidates)


def test_what_the_run_and_inspections_scored_is_not_scored_again(
    platform: Platform, labelled: Photos, monkeypatch: MonkeyPatch
) -> None:
    train(platform, labelled.request(), "line-pc:7")
    (new,) = labelled.add([photo(70, 70)])
    inspected = [PredictionRow(id, None, None, n / 10) for n, id in enumerate([*labelled.ids[17:21], new])]
    digest = put_result(platform.objects, "predictions", to_parquet(inspected))
    monkeypatch.setattr(runs, "score_files", lambda *_: [digest])
    judged: list[ImageId] = []
    judge = ClassificationModel.judge

    def counted(model: ClassificationModel, ids: Sequence[ImageId], *given: object) -> ImageScores:
        judged.extend(ids)
        return judge(model, ids, *given)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(ClassificationModel, "judge", counted)
    suggest(platform, ask(size=6, run_id="run1"))
    assert judged == labelled.ids[16:17]
    suggested = last(platform, "dataset-photos", "CandidatesSuggested")
    assert isinstance(suggested, CandidatesSuggested)
    scores = {candidate.image_id: candidate.score for candidate in suggested.candidates}
    assert [scores[row.image_id] for row in inspected] == [0, 0.1, 0.2, 0.3, 0.4]


@pytest.mark.parametrize(
    ("strategies", "policy", "reasons"),
    [
        (None, "hybrid-1", {"suspected_ng", "uncertain", "diverse"}),
        ("uncertain", "uncertain-1", {"uncertain"}),
        ("near_miss,diverse", "near_miss+diverse-1", {"diverse"}),
    ],
)
def test_a_suggestion_is_recorded_under_the_policy_of_its_strategies(
    platform: Platform, labelled: Photos, strategies: str | None, policy: str, reasons: set[str]
) -> None:
    train(platform, labelled.request(), "line-pc:7")
    suggest(platform, ask(5, "run1", strategies))
    suggested = last(platform, "dataset-photos", "CandidatesSuggested")
    assert isinstance(suggested, CandidatesSuggested)
    assert suggested.policy == policy
    assert {c.reason for c in suggested.candidates} - {"control"} <= reasons


def test_the_mix_of_the_project_chooses_after_a_run_and_where_no_strategy_is_named(
    platform: Platform, labelled: Photos
) -> None:
    for step in (
        CreateProject(project_id="demo", name="Demo"),
        SetSuggestionMix(shares={"uncertain": 0.5, "diverse": 0.5}),
    ):
        platform.commands.execute(project, "demo", step, by=BY)
    train(platform, labelled.request(), "line-pc:7")
    suggest(platform, replace(ask(5, "run1"), project="demo"))
    suggested = [e for e in told(platform, "dataset-photos") if isinstance(e, CandidatesSuggested)]
    assert [e.policy for e in suggested] == ["uncertain:50+diverse:50-1"] * 2
    assert all(
        {c.reason for c in e.candidates if not c.control} == {"uncertain", "diverse"} for e in suggested
    )


def test_the_exit_status_says_what_became_of_a_job(
    platform: Platform,
    labelled: Photos,
    photos: Photos,
    monkeypatch: MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(jobs, "platform", lambda: platform)
    assert jobs.carry_out(msgspec.json.encode(labelled.request()), "line-pc:7") == DONE
    assert (
        jobs.carry_out(msgspec.json.encode(labelled.request("run2", dataset_hash="0" * 64)), "line-pc:7")
        == FAILED_FOR_GOOD
    )
    assert "no commit that ends at version" in capsys.readouterr().out.splitlines()[-1]
    cancelled = labelled.request("run3")
    platform.commands.execute(run, "run3", CancelRun(reason="mistake"), by=BY)
    assert (
        jobs.carry_out(json.dumps(msgspec.to_builtins(cancelled)).encode(), "line-pc:7") == NO_LONGER_NEEDED
    )


@pytest.mark.parametrize(("spoilt", "wrong"), [(photo(20, 1234), "damaged"), (None, "missing")])
def test_a_run_names_the_image_whose_stored_bytes_are_not_intact(
    spoilt: bytes | None,
    wrong: str,
    platform: Platform,
    labelled: Photos,
    monkeypatch: MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(jobs, "platform", lambda: platform)
    name = f"images/{labelled.ids[3]}"
    platform.objects.erase([name])
    if spoilt:
        platform.objects.put(name, io.BytesIO(spoilt))
    assert jobs.carry_out(msgspec.json.encode(labelled.request()), "line-pc:7") == FAILED_FOR_GOOD
    last_line = capsys.readouterr().out.splitlines()[-1]
    assert labelled.ids[3] in last_line and wrong in last_line and "exclude the image" in last_line


def test_a_run_says_that_an_image_was_erased_while_it_ran(
    platform: Platform,
    labelled: Photos,
    means: Means,
    monkeypatch: MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(jobs, "platform", lambda: platform)
    asked, erased = labelled.request(), labelled.ids[3]

    def erase() -> None:
        labelled.tell(EraseImages(image_ids=(erased,), reason="a face"))
        platform.objects.erase([f"images/{erased}"])

    monkeypatch.setattr(Reporter, "progress", lambda *_: erase())
    assert jobs.carry_out(msgspec.json.encode(asked), "line-pc:7") == FAILED_FOR_GOOD
    last_line = capsys.readouterr().out.splitlines()[-1]
    assert erased[:12] in last_line and "a face" in last_line and "train on a newer version" in last_line


def test_a_network_without_finite_numbers_ends_a_run_in_words(
    platform: Platform, labelled: Photos, monkeypatch: MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(jobs, "platform", lambda: platform)
    monkeypatch.setattr(Network, "compiled", lambda _: lambda images: np.full((len(images), 3), np.nan))
    assert jobs.carry_out(msgspec.json.encode(labelled.request()), "line-pc:7") == FAILED_FOR_GOOD
    last_line = capsys.readouterr().out.splitlines()[-1]
    assert labelled.ids[0] in last_line and "another backbone" in last_line


def test_a_full_disk_ends_a_run_in_words(
    platform: Platform, labelled: Photos, monkeypatch: MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(jobs, "platform", lambda: platform)
    monkeypatch.setattr(FeatureCache, "add", full)
    assert jobs.carry_out(msgspec.json.encode(labelled.request()), "line-pc:7") == FAILED_FOR_GOOD
    assert "make room" in capsys.readouterr().out.splitlines()[-1]


def test_a_model_keeps_the_windows_that_its_images_were_learnt_with(
    platform: Platform, labelled: Photos
) -> None:
    labelled.tell(SetWindow(low=0, high=4095, camera="cam-2"))
    asked = labelled.request()
    labelled.tell(SetWindow(low=9, high=10, camera="cam-2"))
    train(platform, asked, "line-pc:7")
    done = last(platform, "run-run1", "RunSucceeded")
    assert isinstance(done, RunSucceeded)
    with platform.objects.open(f"models/{done.artifact}.safetensors") as file:
        assert read(file.read()).about.windows == (GreyWindow(0, 4095, "cam-2"),)


def test_a_models_windows_stand_before_those_of_today(platform: Platform, photos: Photos) -> None:
    photos.add([photo(20)])
    photos.tell(SetWindow(low=0, high=4095))
    data = data_now(platform.events, platform.objects, "photos")
    assert data.picture_windows() == {photos.ids[0]: Window(0, 4095)}
    assert data.picture_windows([GreyWindow(1, 2)]) == {photos.ids[0]: Window(1, 2)}
    assert data.picture_windows([GreyWindow(1, 2, "other")]) == data.picture_windows()
