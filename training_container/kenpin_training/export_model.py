"""The job `export_model`: writes a model as files that other programs run, and checks that they answer alike."""

import hashlib
import logging
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import cast, get_args

import numpy as np

from kenpin.application.failure_notes import note_failure
from kenpin.application.model_exports import object_of
from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.decider import Scope
from kenpin.domain.ids import stream_of
from kenpin.domain.model.commands import ReportExport
from kenpin.domain.model.decider import model as models
from kenpin.domain.model.events import ModelFormat, ModelRegistered
from kenpin.domain.recipe import PRETRAINED
from kenpin.domain.run.events import RunEvaluated, RunRequested, RunStarted
from kenpin.ports import Job
from kenpin_inspect.model_file import NAME
from kenpin_training.artifact import ModelArtifact
from kenpin_training.data import TrainingData, TrainingRow, data_now
from kenpin_training.determinism import set_up
from kenpin_training.exporting import card
from kenpin_training.exporting.archive import add_notice, add_programs, digests, zipped
from kenpin_training.exporting.description import describe, most_frequent_tile, tile_of
from kenpin_training.exporting.formats import opened, write
from kenpin_training.exporting.inputs import CALIBRATION, inputs
from kenpin_training.exporting.regions import regions_for
from kenpin_training.exporting.self_check import IMAGES, SelfCheck, UnlikeAnswers, check
from kenpin_training.pipeline.features import FeatureStore
from kenpin_training.pipeline.patch_model import PatchModel
from kenpin_training.suggest import ACTOR, features_in, model_of, registration_of

logger = logging.getLogger("kenpin.training")


def export_model(platform: Platform, job: Job) -> None:
    """Write, check and store the files of a model. A job that was delivered again after its report does nothing.

    Raises NotFound (no such model), Refusal (it is retired), UnlikeAnswers, UnreadableImage, WrongArtifact.
    """
    export_id, format = str(job.arguments["export_id"]), cast(ModelFormat, job.arguments["format"])
    assert format in get_args(ModelFormat), format
    registered = registration_of(platform, job.subject)
    if export_id in platform.commands.state(models, job.subject, Scope()).exports:
        return
    artifact = model_of(platform, registered.run_id)
    assert artifact is not None, "a registered model has an artifact"
    data = data_now(platform.events, platform.objects, registered.dataset_id)
    regions = data.picture_regions(artifact.about.regions)
    store = features_in(platform, data.picture_windows(artifact.about.windows), regions)
    try:
        with tempfile.TemporaryDirectory() as folder:
            checked = _write(platform, Path(folder), format, registered, artifact, data, store)
            body = zipped(Path(folder))
    except UnlikeAnswers as reason:
        note_failure(platform.objects, job.subject, export_id, str(reason))
        raise
    digest = hashlib.sha256(body).hexdigest()
    platform.objects.put(object_of(digest), BytesIO(body))
    report = ReportExport(
        export_id=export_id,
        format=format,
        digest=digest,
        size=len(body),
        images=checked.images,
        largest_difference=checked.largest_difference,
        tolerance=checked.tolerance,
    )
    platform.commands.execute(models, job.subject, report, by=job.by(ACTOR))


def _write(
    platform: Platform,
    folder: Path,
    format: ModelFormat,
    registered: ModelRegistered,
    artifact: ModelArtifact,
    data: TrainingData,
    store: FeatureStore,
) -> SelfCheck:
    """Write all files into a folder, the graph first, and check it."""
    set_up()
    from kenpin_training.exporting.graph import graph_of

    state = platform.commands.state(models, registered.model_id, Scope())
    rows, tile = _pictures(artifact, data)
    described = describe(artifact, format, state.threshold, tile)
    regions = regions_for(artifact, described, rows, store)
    described = replace(described, regions=regions, grey_from=state.grey_from)
    shown, learnt = _spread(rows, IMAGES), _spread(rows, CALIBRATION)
    write(graph_of(artifact.model, tile), format, folder, inputs(learnt, store, described))
    (folder / NAME).write_text(described.to_json(), "utf-8")
    checked = check(shown, artifact, store, described, opened(folder, described))
    add_programs(folder)
    if artifact.about.architecture in PRETRAINED:
        add_notice(folder)
    text = card.card(
        registered.model_id,
        format,
        _origin(platform, registered.run_id),
        artifact.about,
        described,
        checked,
        digests(folder),
    )
    (folder / card.NAME).write_text(text, "utf-8")
    return checked


def _pictures(artifact: ModelArtifact, data: TrainingData) -> tuple[Sequence[TrainingRow], tuple[int, int]]:
    """Return images whose tiles have the size of most images, and that size, height and width."""
    model, rows = artifact.model, data.rows
    if not isinstance(model, PatchModel):
        size = artifact.about.image_size
        return rows, (size, size)
    tile = most_frequent_tile(model.plan, rows)
    return [row for row in rows if tile_of(model.plan, *row.size) == tile], tile


def _spread(rows: Sequence[TrainingRow], count: int) -> list[TrainingRow]:
    """Return at most so many images, spread over all."""
    places = np.linspace(0, len(rows) - 1, min(count, len(rows))).round().astype(int)
    return [rows[place] for place in places]


def _origin(platform: Platform, run_id: str) -> card.Origin:
    events = [
        event for commit in platform.events.read(stream_of("run", run_id)) for event in events_in(commit)
    ]
    (requested,) = (event for event in events if isinstance(event, RunRequested))
    started = [event.identity for event in events if isinstance(event, RunStarted)]
    found = {event.evaluation.split: event.evaluation for event in events if isinstance(event, RunEvaluated)}
    return card.Origin(requested, started[-1] if started else None, tuple(found.values()))
