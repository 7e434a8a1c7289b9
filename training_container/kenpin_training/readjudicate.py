"""The job `readjudicate`: lists the old decisions that are near the border after the standard changed."""

import logging
from datetime import UTC, datetime

import numpy as np

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import RequestReadjudication
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.readjudication import classes_in, outdated_annotation
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.dataset.values import BorderCase
from kenpin.domain.dataset.windows import grey_windows
from kenpin.domain.grey_window import by_camera
from kenpin.domain.ids import DatasetId, ImageId, stream_of
from kenpin.domain.recipe import Recipe
from kenpin.ports import EventStore, IdempotencyKey, Job
from kenpin_training.artifact import ModelArtifact
from kenpin_training.data import picture_regions, picture_windows
from kenpin_training.pipeline.border import cosine_distances, rank
from kenpin_training.pipeline.network import pinned_network
from kenpin_training.standard_change import Question, question_of
from kenpin_training.suggest import ACTOR, features_in, log_progress, model_of

logger = logging.getLogger("kenpin.training")


def readjudicate(platform: Platform, job: Job) -> None:
    """List the old decisions near the border in a RequestReadjudication command.

    Raises Refusal (no such dataset or class), UnreadableImage, WrongArtifact.
    """
    question = question_of(platform.events, job, datetime.now(UTC).date().isoformat())
    if question is None:
        logger.info("a later change asks for this too, or none of the rule moved: there is nothing to do")
        return
    run_id = job.arguments["run_id"]
    model = model_of(platform, str(run_id)) if run_id else None
    state = _fold(platform.events, job.subject)
    command = RequestReadjudication(
        readjudication_id=str(job.arguments["readjudication_id"]),
        cause=question.cause,
        class_id=question.class_id,
        label_book_revision=question.label_book_revision,
        items=_cases(platform, state, question, model),
        sample_id=question.sample_id,
        run_id=str(run_id) if model else None,
    )
    key = IdempotencyKey(f"readjudication-{command.readjudication_id}")
    platform.commands.execute(dataset, job.subject, command, by=job.by(ACTOR), key=key)


def _fold(store: EventStore, dataset_id: DatasetId) -> DatasetState:
    """Fold the dataset from its first event: snapshots hold no classes and no revisions."""
    commits = store.read(stream_of("dataset", dataset_id))
    return dataset.fold(event for commit in commits for event in events_in(commit))  # type: ignore[misc]


def _cases(
    platform: Platform, state: DatasetState, question: Question, model: ModelArtifact | None
) -> tuple[BorderCase, ...]:
    ids = _judged_between(state, question.since, question.label_book_revision)
    if not ids:
        return ()
    has_class = np.array([question.class_id in _classes(state, id) for id in ids], dtype=bool)
    cameras = {id: image.capture.camera for id, image in state.images.items()}
    windows = by_camera((*grey_windows(state.windows), *(model.about.windows if model else ())))
    pictures = {
        id: (image.capture.camera, (image.file.width, image.file.height))
        for id, image in state.images.items()
    }
    regions = picture_regions(pictures, model.about.regions if model else state.regions.values())
    store = features_in(platform, picture_windows(cameras, windows), regions)
    plain = pinned_network(Recipe())
    distances = None
    if question.references:
        references = store.features(question.references, plain, log_progress)
        distances = cosine_distances(store.features(ids, plain, log_progress), references)
    scores = model.model.judge(ids, store, log_progress).scores if model else None
    threshold = model.about.threshold if model else 0.5
    found = rank(has_class, distances, scores, threshold, class_first=question.sample_id is None)
    return tuple(
        BorderCase(
            image_id=ids[case.index],
            reason="class_revised" if case.has_class and question.sample_id is None else "near_sample",
            distance=None if case.distance is None else round(case.distance, 4),
            score=None if scores is None else round(float(scores[case.index]), 4),
        )
        for case in found
    )


def _judged_between(state: DatasetState, since: int, revision: int) -> list[ImageId]:
    """Return the images whose decision is of an older standard, and not from before `since`, as registered."""
    old = [
        (image.ordinal, id)
        for id, image in state.images.items()
        if (standing := outdated_annotation(image, revision)) and standing.label_book_revision >= since
    ]
    return [id for _, id in sorted(old)]


def _classes(state: DatasetState, image_id: ImageId) -> tuple[str, ...]:
    annotation = state.images[image_id].annotation
    return classes_in(annotation) if annotation else ()
