"""The job `suggest`: ranks the images nobody has judged, with a run's model if there is one."""

import logging
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import SuggestCandidates
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import Candidate
from kenpin.domain.decider import Scope
from kenpin.domain.event import Context
from kenpin.domain.ids import (
    DatasetId,
    ImageId,
    ModelId,
    ProjectId,
    RunId,
    SuggestionId,
    derived_id,
    stream_of,
)
from kenpin.domain.model.events import ModelRegistered
from kenpin.domain.project.decider import project
from kenpin.domain.project.state import ProjectState
from kenpin.domain.recipe import Recipe
from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin.domain.run.events import RunSucceeded
from kenpin.domain.suggestion_strategies import SuggestionPolicy, decoded, policy_of, policy_of_mix
from kenpin.pictures.window import Window
from kenpin.ports import IdempotencyKey, Job, NotFound
from kenpin_training.artifact import ModelArtifact, read
from kenpin_training.backbones.keras_file.file import fetch_backbone
from kenpin_training.data import data_now
from kenpin_training.pipeline.features import FeatureStore
from kenpin_training.pipeline.network import pinned_network
from kenpin_training.pipeline.probe import Features, Scores
from kenpin_training.pipeline.strategies import PoolScores
from kenpin_training.pipeline.suggestions import Pick, rank
from kenpin_training.signals import ScoringRun, signals_of, stored_scores

ACTOR: Final = "trainer"
SIZE: Final = 20
"""Images suggested after a run."""

logger = logging.getLogger("kenpin.training")


def suggest(platform: Platform, job: Job) -> None:
    """Rank the images without a judgement and suggest the best.

    Raises Refusal (no such dataset), UnreadableImage, WrongArtifact.
    """
    size, seed = int(job.arguments["size"] or SIZE), int(job.arguments["seed"] or 0)
    run_id, suggestion_id = job.arguments["run_id"], str(job.arguments["suggestion_id"])
    data = data_now(platform.events, platform.objects, job.subject)
    model = model_of(platform, str(run_id)) if run_id else None
    regions = data.picture_regions(model.about.regions if model else data.regions)
    store = features_in(platform, data.picture_windows(model.about.windows if model else ()), regions)
    plain = pinned_network(Recipe.model_validate(model.about.recipe) if model else Recipe())
    features = store.features(data.image_ids, plain, log_progress)
    pool = data.pool
    scored_by = None
    if model:
        scores = _scores(platform, str(run_id), model, data.ids(pool), store)
        scored_by = _scored_by(str(run_id), model, features[pool], scores)
    standing = project_of(platform, job.project)
    strategies = decoded(str(job.arguments.get("strategies") or ""))
    policy = SuggestionPolicy(policy_of(strategies), strategies) if strategies else project_policy(standing)
    signals = signals_of(platform, job.subject, data, features, policy.turns, scored_by, standing.retired)
    picks = rank(features[pool], features[~pool], size, seed, policy.turns, signals)
    run = scored_by.run_id if scored_by else None
    submit_suggestion(
        platform, job.subject, suggestion_id, data.ids(pool), picks, run, job.by(ACTOR), policy.name
    )


def project_of(platform: Platform, project_id: ProjectId) -> ProjectState:
    """Return the project as it stands; the initial state where no project is named."""
    return platform.commands.state(project, project_id, Scope()) if project_id else project.initial


def project_policy(state: ProjectState) -> SuggestionPolicy:
    """Return the policy of the project's mix."""
    return policy_of_mix(state.suggestion_mix.shares if state.suggestion_mix else {})


def _scored_by(run_id: RunId, model: ModelArtifact, pool: Features, scores: Scores) -> ScoringRun:
    unfamiliar = model.reference.unfamiliar(pool) if model.reference else None
    return ScoringRun(run_id, model.about.method, PoolScores(scores, model.about.threshold), unfamiliar)


def _scores(
    platform: Platform, run_id: RunId, model: ModelArtifact, ids: Sequence[ImageId], store: FeatureStore
) -> Scores:
    """Return the scores of images; those that the run and inspections stored are not computed again."""
    known = stored_scores(platform, run_id)
    if fresh := [id for id in ids if id not in known]:
        judged = model.model.judge(fresh, store, log_progress).scores.tolist()
        known |= zip(fresh, judged, strict=True)
    return np.array([known[id] for id in ids], np.float64)


def submit_suggestion(
    platform: Platform,
    dataset_id: DatasetId,
    suggestion_id: SuggestionId,
    pool: Sequence[ImageId],
    picks: Sequence[Pick],
    run_id: RunId | None,
    by: Context,
    policy: str,
) -> None:
    """Send the suggestion to the dataset; a repeated job adds nothing, as its id is the idempotency key."""
    candidates = tuple(Candidate(pool[pick.index], pick.reason, pick.score, pick.control) for pick in picks)
    command = SuggestCandidates(
        suggestion_id=suggestion_id, policy=policy, candidates=candidates, run_id=run_id
    )
    key = IdempotencyKey(f"suggestion-{suggestion_id}")
    platform.commands.execute(dataset, dataset_id, command, by=by, key=key)


def suggestion_of(run_id: RunId) -> SuggestionId:
    """Return the id of the one suggestion of a run."""
    return derived_id(run_id)


def features_in(
    platform: Platform,
    windows: Mapping[ImageId, Window],
    regions: Mapping[ImageId, RegionOfInterest] | None = None,
) -> FeatureStore:
    settings = platform.settings
    cache = settings.data_dir / "cache" / "features"
    return FeatureStore(
        platform.objects, cache, settings.picture_limits, windows, settings.feature_cache_bytes, regions
    )


def model_of(platform: Platform, run_id: RunId) -> ModelArtifact | None:
    """Return the model of a run; None while there is none. Raises WrongArtifact."""
    artifact = None
    for commit in platform.events.read(stream_of("run", run_id)):
        for event in events_in(commit):
            if isinstance(event, RunSucceeded):
                artifact = event.artifact
    if artifact is None:
        return None
    with platform.objects.open(f"models/{artifact}.safetensors") as file:
        found = read(file.read())
    fetch_backbone(platform, Recipe.model_validate(found.about.recipe))
    return found


def registration_of(platform: Platform, model_id: ModelId) -> ModelRegistered:
    """Return the first event of a model. Raises NotFound."""
    for commit in platform.events.read(stream_of("model", model_id), upto=1):
        for event in events_in(commit):
            if isinstance(event, ModelRegistered):
                return event
    raise NotFound(f"model {model_id}")


def log_progress(done: int, total: int) -> None:
    if done % 1000 == 0 or done == total:
        logger.info("%s of %s images looked at", done, total)
