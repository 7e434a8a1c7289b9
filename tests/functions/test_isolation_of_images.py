"""Images, limit samples, tasks and changes of another project cannot be named as if they were one's own."""

from dataclasses import replace
from typing import Final

from functions.runtime.event import Json
from tests.functions.bodies import field_return, sample, task
from tests.functions.operations import ASKED
from tests.functions.strangers import US, as_us, without_its_names
from tests.functions.world import OURS, THEIRS, Factory, World

WITHIN_OURS: Final = ("task_id", "readjudication_id", "sample_id", "return_id")


def test_names_within_a_dataset_are_looked_up_there_alone(world: World) -> None:
    """Paths whose dataset or project is ours and whose last name is theirs."""
    ours, theirs = world.ours, world.theirs
    for name in WITHIN_OURS:
        named = replace(ours, **{name: getattr(theirs, name)})
        nothing = replace(ours, **{name: "0" * len(getattr(theirs, name))})
        for operation in (each for each in ASKED if f"<{name}>" in each):
            there, not_there = world.ask(US, operation, named), world.ask(US, operation, nothing)
            told = without_its_names(there, getattr(named, name))
            assert there.status == 404, (operation, there.json)
            assert told == without_its_names(not_there, getattr(nothing, name)), operation


def for_the_standard(ours: Factory, dataset_id: str, image_id: str) -> list[tuple[str, Json]]:
    """Requests that make an image one of those that show what the standard means."""
    project, shown = f"/v1/projects/{ours.project_id}", {"dataset_id": dataset_id, "image_id": image_id}
    return [
        (f"{project}/limit-samples", sample(ours) | shown),
        (f"{project}/defect-classes", {"class_id": "new", "name": "new", "examples": [shown]}),
    ]


def for_the_dataset(ours: Factory, image_id: str) -> list[tuple[str, Json]]:
    dataset, named = f"/v1/datasets/{ours.dataset_id}", replace(ours, image_id=image_id)
    ids, words = {"image_ids": [image_id]}, {"reason": "because"}
    judged = {"image_id": image_id, "verdict": "OK"}
    return [
        (f"{dataset}/agreement-tasks", task(named)),
        (f"{dataset}/agreement-tasks/{ours.task_id}/answers", judged),
        (f"{dataset}/field-returns", field_return(named)),
        (f"{dataset}/annotations", {"annotations": [judged]}),
        (f"{dataset}/withdrawals", {"images": [{"image_id": image_id}]}),
        (f"{dataset}/reviews", {"reviews": [{"image_id": image_id, "outcome": "accepted"}]}),
        (f"{dataset}/exclusions", ids | words),
        (f"{dataset}/restorations", ids),
        (f"{dataset}/erasures", ids | words),
        (f"{dataset}/splits", ids | {"split": "train", "rule": "r"}),
        (f"{dataset}/captures", {"image_id": image_id, "capture": {}}),
    ]


def test_an_image_of_another_project_can_be_named_nowhere(world: World) -> None:
    """Neither by us nor by who may in both: an answer with its address would give its bytes."""
    ours, theirs, nothing = world.ours, world.theirs, "0" * 64
    there = for_the_dataset(ours, theirs.image_id)
    there += for_the_standard(ours, ours.dataset_id, theirs.image_id)
    there += for_the_standard(ours, theirs.dataset_id, theirs.image_id)
    not_there = for_the_dataset(ours, nothing)
    not_there += for_the_standard(ours, ours.dataset_id, nothing) + for_the_standard(
        ours, "nothing-there", nothing
    )
    for (path, named), (_, unknown) in zip(there, not_there, strict=True):
        for actor in (US, "inspector"):
            refused, as_unknown = (as_us(world, path, b, **{"kenpin-actor": actor}) for b in (named, unknown))
            assert refused.status in (404, 409), (path, refused.json)
            told = without_its_names(refused, theirs.image_id, theirs.dataset_id, ours.dataset_id)
            assert told == without_its_names(as_unknown, nothing, "nothing-there", ours.dataset_id), path
    world.api.catch_up()
    for shown in (f"projects/{OURS}/label-book", f"projects/{OURS}/limit-samples"):
        assert theirs.image_id not in str(as_us(world, f"/v1/{shown}").json)


def test_nothing_of_another_project_is_undone_or_asked_anew(world: World) -> None:
    ours, theirs = f"/v1/datasets/{world.ours.dataset_id}", world.theirs
    judged = {"annotations": [{"image_id": theirs.image_id, "verdict": "HOLD"}]}
    path = f"/v1/datasets/{theirs.dataset_id}/annotations"
    assert world.api.post(path, judged, kenpin_batch="their-batch").status == 201
    for name, value in (("batch_id", "their-batch"), ("event_id", f"dataset-{theirs.dataset_id}@3")):
        assert as_us(world, f"{ours}/undos/preview?{name}={value}").status == 404
        assert as_us(world, f"{ours}/undos", {name: value, "reason": "r"}).status == 404
    world.api.post(f"/v1/projects/{THEIRS}/defect-classes", {"class_id": "sand", "name": "Sand"})
    assert as_us(world, f"{ours}/readjudications", {"class_id": "sand"}).status == 404
