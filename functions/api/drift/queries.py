"""Reads about drift: the newest images of each line, compared with what a model learnt."""

from typing import Final
from zoneinfo import ZoneInfo

from functions.api.drift.answers import Distances, Drift, DriftOfDay
from functions.http.errors import NotScored
from functions.http.paging import found, rows
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.model.drift import distance_summary, drift_cells
from kenpin.read_models.models import drift
from kenpin.read_models.models import queries as models
from kenpin.read_models.projects import queries as projects
from kenpin.read_models.runs import queries as runs

router = new_router()
MOST_DAYS: Final = 1_000


@router.get("/models/<model_id>/drift", tags=["models"])
def model_drift(model_id: str, by: drift.Condition = "line") -> Drift:
    """Compare the images of each day and line (or another condition) with those that the model learnt from.

    The newest 20,000 images that it scored in its run or in an inspection, and did not learn from.
    """
    with rows() as sql:
        model = found(models.one(sql, model_id), "model", model_id)
        run = runs.one(sql, model["run_id"])
        if run is None or run["predictions"] is None:
            raise NotScored(model["run_id"])
        scores = drift.scores_of(sql, platform().objects, model_id, run["predictions"])
        zone = ZoneInfo(projects.time_zone(sql, model["project_id"]) or platform().settings.time_zone)
        images = drift.scored_images(sql, model["dataset_id"], scores, by, model["threshold"], zone)
        cells = drift_cells(images, scores.reference)
    return Drift(
        model_id=model_id,
        dataset_id=model["dataset_id"],
        by=by,
        threshold=model["threshold"],
        reference=Distances.model_validate(distance_summary(scores.reference), from_attributes=True),
        days=[DriftOfDay.model_validate(cell, from_attributes=True) for cell in cells[:MOST_DAYS]],
    )
