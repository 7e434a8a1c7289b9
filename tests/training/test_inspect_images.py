"""The job `inspect`: scores of images that a model has not scored, or that were named."""

import io
from io import BytesIO

import pyarrow.parquet as pq
import pytest
from PIL import Image

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import SetRegionOfInterest
from kenpin.domain.model.commands import ChooseThreshold, RegisterModel
from kenpin.domain.model.decider import model as models
from kenpin.domain.model.events import ImagesInspected
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.events import RunSucceeded
from kenpin.ports import Job, NotFound
from kenpin.projections.database import Row
from kenpin_training import inspect_images as job
from kenpin_training.inspect_images import inspect_images
from kenpin_training.pipeline.network import Network
from kenpin_training.train import train
from tests.training.conftest import BY, Means, Photos, photo

pytestmark = pytest.mark.usefixtures("means")


@pytest.fixture
def trained(platform: Platform, labelled: Photos) -> Photos:
    """A dataset with a model `m1` of a run that scored all 22 images."""
    return with_model(platform, labelled, Recipe())


def with_model(platform: Platform, labelled: Photos, recipe: Recipe) -> Photos:
    train(platform, labelled.request(recipe=recipe), "line-pc:7")
    [done] = [
        e for c in platform.events.read("run-run1") for e in events_in(c) if isinstance(e, RunSucceeded)
    ]
    command = RegisterModel(
        model_id="m1",
        project_id="demo",
        dataset_id="photos",
        run_id="run1",
        artifact=done.artifact,
        threshold=done.threshold,
    )
    platform.commands.execute(models, "m1", command, by=BY)
    return labelled


def asked(inspection_id: str, *image_ids: str) -> Job:
    arguments: dict[str, str | int | None] = {
        "inspection_id": inspection_id,
        "image_ids": " ".join(image_ids),
    }
    return Job(f"inspect-{inspection_id}", "inspect", "m1", arguments, "c1")


def inspections(platform: Platform) -> list[ImagesInspected]:
    found = [event for commit in platform.events.read("model-m1") for event in events_in(commit)]
    return [event for event in found if isinstance(event, ImagesInspected)]


def scores(platform: Platform, event: ImagesInspected) -> list[Row]:
    with platform.objects.open(f"predictions/{event.predictions}.parquet") as file:
        rows: list[Row] = pq.read_table(io.BytesIO(file.read())).to_pylist()
    return rows


def test_only_images_that_came_since_are_scored(platform: Platform, trained: Photos) -> None:
    new = trained.add([photo(20, 70), photo(150, 71)])
    inspect_images(platform, asked("i1"))
    [event] = inspections(platform)
    assert (event.images, event.judged_ng, event.left_out, event.remaining) == (2, 1, 0, 0)
    assert event.dataset_version == platform.events.head("dataset-photos").version
    dark, light = scores(platform, event)
    assert [dark["image_id"], light["image_id"]] == new
    assert (dark["line"], dark["captured_at"], dark["use"]) == (None, None, None)
    assert dark["score"] < event.threshold <= light["score"]
    inspect_images(platform, asked("i1"))
    assert inspections(platform) == [event], "the same job again adds nothing"
    inspect_images(platform, asked("i2"))
    assert inspections(platform)[1].images == 0, "all have a score now"


def test_an_image_is_seen_through_the_regions_of_the_model_not_those_of_today(
    platform: Platform, labelled: Photos
) -> None:
    left, right = (((x, 0.0), (x + 20, 0.0), (x + 20, 30.0), (x, 30.0)) for x in (0.0, 20.0))
    labelled.tell(SetRegionOfInterest(width=40, height=30, include=(left,)))
    with_model(platform, labelled, Recipe())
    labelled.tell(SetRegionOfInterest(width=40, height=30, include=(right,)))
    dark, light = Image.open(BytesIO(photo(20, 70))), Image.open(BytesIO(photo(150, 71)))
    dark.paste(light.crop((20, 0, 40, 30)), (20, 0))
    body = BytesIO()
    dark.save(body, "PNG")
    labelled.add([body.getvalue()])
    inspect_images(platform, asked("i1"))
    [event] = inspections(platform)
    assert (event.images, event.judged_ng) == (1, 0)


def test_an_image_like_nothing_learnt_is_counted(platform: Platform, trained: Photos) -> None:
    blue = trained.add([_blue()])
    inspect_images(platform, asked("i1"))
    [event] = inspections(platform)
    [row] = scores(platform, event)
    assert event.unfamiliar == 1 and row["image_id"] == blue[0] and row["unfamiliar"] > 1


def _blue() -> bytes:
    body = BytesIO()
    Image.new("RGB", (40, 30), (0, 0, 200)).save(body, "PNG")
    return body.getvalue()


def test_named_images_are_scored_again_by_the_threshold_that_stands(
    platform: Platform, trained: Photos
) -> None:
    strict = ChooseThreshold(threshold=0.0, reason="strict")
    unsure = ChooseThreshold(threshold=1.0, grey_from=0.0, reason="people look at all")
    for chosen in (strict, unsure):
        platform.commands.execute(models, "m1", chosen, by=BY)
        inspect_images(platform, asked(chosen.reason[:6], trained.ids[0], "e" * 64))
    first, second = inspections(platform)
    assert (first.images, first.judged_ng, first.left_out, first.threshold) == (1, 1, 1, 0.0)
    assert (first.grey, second.grey, second.grey_from, second.judged_ng) == (None, 1, 0.0, 0)


def test_an_image_that_cannot_be_read_does_not_stop_the_others(platform: Platform, trained: Photos) -> None:
    broken, missing, whole = trained.add([photo(40, n) for n in (80, 81, 82)])
    for id, body in ((broken, b"no longer a picture"), (missing, None)):
        platform.objects.erase([f"images/{id}"])
        if body:
            platform.objects.put(f"images/{id}", BytesIO(body))
    inspect_images(platform, asked("i1"))
    [event] = inspections(platform)
    assert (event.images, event.left_out) == (1, 2)
    assert [row["image_id"] for row in scores(platform, event)] == [whole]


def test_what_is_too_much_for_one_inspection_is_left_for_another(
    platform: Platform, trained: Photos, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "MOST", 2)
    trained.add([photo(40, n) for n in (80, 81, 82)])
    for inspection_id in ("i1", "i2"):
        inspect_images(platform, asked(inspection_id))
    assert [(event.images, event.remaining) for event in inspections(platform)] == [(2, 1), (1, 0)]


def test_arrivals_between_two_versions_are_scored_though_a_commit_goes_on(
    platform: Platform, trained: Photos
) -> None:
    head = platform.events.head("dataset-photos").version
    new = trained.add([photo(40, n) for n in (80, 81, 82)])
    arguments: dict[str, str | int | None] = {"image_ids": "", "after": head, "upto": head + 2}
    for inspection_id, after, upto in (("i1", head, head + 2), ("i2", head + 2, head + 3)):
        arguments |= {"inspection_id": inspection_id, "after": after, "upto": upto}
        inspect_images(platform, Job(f"inspect-{inspection_id}", "inspect", "m1", arguments))
    found = [[row["image_id"] for row in scores(platform, event)] for event in inspections(platform)]
    assert found == [new[:2], new[2:]]


def test_an_inspection_by_no_model_says_so(platform: Platform) -> None:
    with pytest.raises(NotFound, match="model m1"):
        inspect_images(platform, asked("i1"))


def test_new_images_are_compared_through_the_network_of_the_model(
    platform: Platform, labelled: Photos, means: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained, used = with_model(platform, labelled, Recipe(architecture="efficientnet-lite1")), set[str]()

    def compiled(network: Network) -> object:
        used.add(network.backbone.name)
        return means.run

    monkeypatch.setattr(Network, "compiled", compiled)
    trained.add([photo(20, 70)])
    inspect_images(platform, asked("i1"))
    assert used == {"efficientnet-lite1"}
