"""The job `inspect`: scores images that a model has not scored yet, or those that were named."""

import logging
from collections.abc import Sequence
from typing import Final

import pyarrow.parquet as pq
from msgspec import Struct
from msgspec.structs import replace

from kenpin.application.stored_pictures import PictureNotIntact
from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in, recorded
from kenpin.domain.commit import MAX_EVENTS
from kenpin.domain.dataset.events import ImageRegistered
from kenpin.domain.decider import Scope
from kenpin.domain.ids import DatasetId, ImageId, ModelId, RunId, Sha256, stream_of
from kenpin.domain.model.commands import ReportInspection
from kenpin.domain.model.decider import model as models
from kenpin.domain.model.drift import UNFAMILIAR
from kenpin.domain.model.events import ImagesInspected, ModelRegistered
from kenpin.domain.model.verdict import is_grey
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.events import PoolScored
from kenpin.ports import Job, ObjectStore
from kenpin_training.artifact import ModelArtifact
from kenpin_training.data import TrainingData, TrainingRow, data_now
from kenpin_training.pipeline.features import FeatureStore, NotFinite
from kenpin_training.pipeline.images import UnreadableImage
from kenpin_training.pipeline.network import Network, pinned_network
from kenpin_training.pipeline.probe import Features
from kenpin_training.pipeline.regions import map_columns
from kenpin_training.predictions import PredictionRow, known_class_scores, to_parquet
from kenpin_training.results import put_result
from kenpin_training.suggest import ACTOR, features_in, log_progress, model_of, registration_of

MOST: Final = 2_000
"""Images of one inspection: a minute and a half for a probe, an hour for maps of large pictures."""
logger = logging.getLogger("kenpin.training")


class InspectedRows(Struct, frozen=True):
    """Rows of the predictions file, and the number of images that could not be read."""

    rows: list[PredictionRow]
    unreadable: int
    classes: tuple[str, ...] | None = None
    """The classes that class scores are of; None where the model scores none"""


def inspect_images(platform: Platform, job: Job) -> None:
    """Score images with a model, store their predictions, and report it. The same job again adds nothing.

    Raises NotFound (no such model), Refusal, WrongArtifact. An image that cannot be read is left out and counted.
    """
    report = _inspect(platform, job.subject, job)
    platform.commands.execute(models, job.subject, report, by=job.by(ACTOR))


def _inspect(platform: Platform, model_id: ModelId, job: Job) -> ReportInspection:
    registered = registration_of(platform, model_id)
    artifact = model_of(platform, registered.run_id)
    assert artifact is not None, "a registered model has an artifact"
    version = platform.events.head(stream_of("dataset", registered.dataset_id)).version
    data = data_now(platform.events, platform.objects, registered.dataset_id)
    named = str(job.arguments["image_ids"] or "").split()
    wanted = _wanted(platform, registered, data, named, job)
    taken = wanted[:MOST]
    windows, regions = (
        data.picture_windows(artifact.about.windows),
        data.picture_regions(artifact.about.regions),
    )
    found = _rows(taken, artifact, features_in(platform, windows, regions))
    state = platform.commands.state(models, model_id, Scope())
    threshold, grey_from = state.threshold, state.grey_from
    unfamiliar = (
        None if artifact.reference is None else sum((r.unfamiliar or 0) >= UNFAMILIAR for r in found.rows)
    )
    return ReportInspection(
        inspection_id=str(job.arguments["inspection_id"]),
        dataset_id=registered.dataset_id,
        dataset_version=version,
        threshold=threshold,
        predictions=put_result(
            platform.objects, "predictions", to_parquet(found.rows, classes=found.classes)
        ),
        images=len(found.rows),
        judged_ng=sum(row.score >= threshold for row in found.rows),
        unfamiliar=unfamiliar,
        left_out=found.unreadable + max(len(named) - len(wanted), 0),
        remaining=len(wanted) - len(taken),
        grey_from=grey_from,
        grey=None
        if grey_from is None
        else sum(is_grey(row.score, threshold, grey_from) for row in found.rows),
    )


def _wanted(
    platform: Platform, registered: ModelRegistered, data: TrainingData, named: Sequence[ImageId], job: Job
) -> list[TrainingRow]:
    if named:
        return _named(data, named)
    if (upto := job.arguments.get("upto")) is None:
        return _unscored(platform, registered.model_id, registered.run_id, data)
    after = int(job.arguments["after"] or 0)
    return _named(data, _arrived(platform, registered.dataset_id, after, int(upto)))


def _named(data: TrainingData, named: Sequence[ImageId]) -> list[TrainingRow]:
    asked = frozenset(named)
    return [row for row in data.rows if row.image_id in asked]


def _arrived(platform: Platform, dataset_id: DatasetId, after: int, upto: int) -> list[ImageId]:
    """Return the images that were registered after a version, up to another. It reads the events between alone."""
    begun_before = max(after - MAX_EVENTS, 0)  # `after` may lie within a commit
    return [
        fact.event.image_id
        for commit in platform.events.read(stream_of("dataset", dataset_id), begun_before, upto)
        for fact in recorded(commit)
        if isinstance(fact.event, ImageRegistered) and after < fact.version <= upto
    ]


def _unscored(platform: Platform, model_id: ModelId, run_id: RunId, data: TrainingData) -> list[TrainingRow]:
    """Return the images without a score, in the order they were registered in.

    It reads the ids in the predictions of the run and of each inspection: some 40 bytes an image.
    """
    files = [
        event.predictions
        for stream in (stream_of("run", run_id), stream_of("model", model_id))
        for commit in platform.events.read(stream)
        for event in events_in(commit)
        if isinstance(event, PoolScored | ImagesInspected)
    ]
    scored = {id for file in dict.fromkeys(files) for id in _ids(platform.objects, file)}
    return [row for row in data.rows if row.image_id not in scored]


def _ids(objects: ObjectStore, predictions: Sha256) -> list[ImageId]:
    with objects.open(f"predictions/{predictions}.parquet") as body:
        ids: list[ImageId] = pq.read_table(body, columns=["image_id"])["image_id"].to_pylist()
    return ids


def _rows(rows: Sequence[TrainingRow], artifact: ModelArtifact, store: FeatureStore) -> InspectedRows:
    readable, features = _features(rows, pinned_network(Recipe.model_validate(artifact.about.recipe)), store)
    if not readable:
        return InspectedRows([], len(rows))
    judged = artifact.model.judge([row.image_id for row in readable], store, log_progress)
    reference = artifact.reference
    unfamiliar = reference.unfamiliar(features).tolist() if reference else [None] * len(readable)
    class_scores, found = known_class_scores(judged.class_scores, len(readable)), []
    for row, score, distance, of_classes in zip(
        readable, judged.scores.tolist(), unfamiliar, class_scores, strict=True
    ):
        heatmap, regions = map_columns(judged.maps.get(row.image_id), row.size, artifact.model.classes)
        told = _prediction(row, score, distance)
        found.append(replace(told, heatmap=heatmap, regions=regions, class_scores=of_classes))
    classes = None if judged.class_scores is None else artifact.model.classes
    return InspectedRows(found, len(rows) - len(readable), classes)


def _prediction(row: TrainingRow, score: float, unfamiliar: float | None) -> PredictionRow:
    return PredictionRow(
        row.image_id,
        row.split,
        row.truth,
        score,
        unfamiliar=unfamiliar,
        capture=row.capture,
        group=row.group,
        classes=row.classes,
    )


def _features(
    rows: Sequence[TrainingRow], network: Network, store: FeatureStore
) -> tuple[list[TrainingRow], Features]:
    """Return the images that can be read, with their features; those that were made are kept between two tries."""
    readable = list(rows)
    while True:
        try:
            return readable, store.features([row.image_id for row in readable], network, log_progress)
        except (UnreadableImage, NotFinite) as reason:
            logger.warning("left out: %s", reason)
            readable = [row for row in readable if row.image_id != reason.image_id]
        except PictureNotIntact as reason:
            logger.warning("left out: %s", reason)
            readable = [row for row in readable if row.image_id != reason.digest]
