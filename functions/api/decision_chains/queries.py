"""Reads about decision chains: of an image, and of a model back to its judgements."""

from itertools import chain as one_after_another
from typing import Literal

import msgspec

from functions.api.decision_chains import links
from functions.api.decision_chains.answers import Chain, ModelChain, ModelDecision, ModelDecisions, Scores
from functions.api.decision_chains.scores import model_verdict
from functions.api.history.queries import facts_at
from functions.http.as_of import AsOf, version_as_of
from functions.http.paging import (
    Cursor,
    Limit,
    MinVersion,
    decoded_number,
    encoded,
    fitting,
    found,
    is_stale,
    rows,
)
from functions.http.pictures import ShownImages
from functions.http.resolver import new_router
from kenpin.domain.event import Recorded
from kenpin.domain.history_slice import HistorySlice
from kenpin.projections.database import Row
from kenpin.projections.projection import checkpoint
from kenpin.read_models.field_returns import queries as field_returns
from kenpin.read_models.history import chain
from kenpin.read_models.models import decisions as model_decisions
from kenpin.read_models.models import history as model_history
from kenpin.read_models.models import queries as models
from kenpin.read_models.runs import queries as runs

router = new_router()


@router.get("/datasets/<dataset_id>/images/<image_id>/decisions", tags=["history"])
def decision_chain(
    dataset_id: str, image_id: str, as_of: AsOf = None, min_version: MinVersion = None
) -> Chain:
    """Return all decisions that led to an image's state and all that followed from them, oldest first."""
    stream = f"dataset-{dataset_id}"
    stale = is_stale(stream, min_version, "gallery", "datasets")
    version = version_as_of(stream, as_of, "gallery")
    with rows() as sql:
        reached, _ = checkpoint(sql, "gallery", stream)
        at = reached if version is None else version
        past = chain.past(sql, dataset_id, image_id, version)
        found({} if past else None, "image", image_id, f"in dataset {dataset_id} at version {at}")
        assert past is not None
        facts = _facts(stream, [state.version for state in past.states], version)
        upto = None if version is None else facts[at].recorded_at if at in facts else None
        runs_of_image = list(links.of_runs(chain.runs_since(sql, dataset_id, past.ordinal, upto), past))
        used_run_ids = [link.run_id for link in runs_of_image if link.run_id and link.used_as != "pool"]
        all_links = one_after_another(
            links.of_past(past, facts),
            links.of_suggestions(chain.suggestions_of(sql, dataset_id, image_id, version), at),
            runs_of_image,
            links.of_models(model_history.of_runs(sql, dataset_id, used_run_ids, upto)),
            links.of_field_returns(field_returns.of_image(sql, dataset_id, image_id, version)),
        )
    in_order = sorted(all_links, key=lambda link: (link.at, link.version or 0))
    return Chain(dataset_id=dataset_id, image_id=image_id, links=in_order, as_of=at, stale=stale)


def _facts(stream: str, versions: list[int], as_of: int | None) -> dict[int, Recorded]:
    """Return the events of these versions and of `as_of`, whose time bounds what other streams tell."""
    return facts_at(stream, versions if as_of is None else [*versions, as_of])


@router.get("/datasets/<dataset_id>/images/<image_id>/scores", tags=["history"])
def scores(dataset_id: str, image_id: str) -> Scores:
    """Return the verdicts on an image by the dataset's newest model and those in production."""
    with rows() as sql:
        past = chain.past(sql, dataset_id, image_id, None)
        found({} if past else None, "image", image_id, f"in dataset {dataset_id}")
        standing = model_history.newest(sql, dataset_id)
        return Scores(items=[model_verdict(sql, row, dataset_id, image_id) for row in standing])


@router.get("/models/<model_id>/chain", tags=["models"])
def model_chain(model_id: str) -> ModelChain:
    """Return the decisions about a model, oldest first, with persons and reasons."""
    with rows() as sql:
        model = found(models.one(sql, model_id), "model", model_id)
        run = found(runs.one(sql, model["run_id"]), "run", model["run_id"])
        changes = model_history.of_runs(sql, model["dataset_id"], [run["run_id"]], None)
    of_model = links.of_models([row for row in changes if row["model_id"] == model_id])
    return ModelChain(model_id=model_id, dataset_id=model["dataset_id"], links=[links.of_run(run), *of_model])


@router.get("/models/<model_id>/decisions", tags=["models"])
def decisions_of_model(
    model_id: str,
    used_as: Literal["train", "validation", "test"] | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> ModelDecisions:
    """List the judgements that the model was trained or measured on, as of the dataset version of its run."""
    with rows() as sql:
        model = found(models.one(sql, model_id), "model", model_id)
        run = found(runs.one(sql, model["run_id"]), "run", model["run_id"])
        dataset_id, version, after = run["dataset_id"], run["dataset_version"], decoded_number(cursor) or 0
        page = model_decisions.page(
            sql,
            dataset_id,
            version,
            used_as,
            accepted_only=run["accepted_only"],
            without=msgspec.convert(run["without"], HistorySlice | None),
            after=after,
            limit=limit + 1,
        )
        images = ShownImages(sql, ((dataset_id, row["image_id"]) for row in page))
    items = fitting(_decision(row, images.thumbnail_url(dataset_id, row["image_id"])) for row in page[:limit])
    return ModelDecisions(
        model_id=model_id,
        run_id=run["run_id"],
        dataset_id=dataset_id,
        dataset_version=version,
        dataset_hash=run["dataset_hash"],
        items=items,
        next_cursor=encoded(page[len(items) - 1]["ordinal"]) if len(items) < len(page) else None,
    )


def _decision(row: Row, thumbnail_url: str | None) -> ModelDecision:
    annotation = row["annotation"]
    return ModelDecision(
        **{name: row[name] for name in ("image_id", "name", "verdict", "by", "at", "version", "review")},
        used_as=row["split"] or "train",
        classes=sorted({defect["class_id"] for defect in annotation.get("defects", [])}),
        label_book_revision=annotation.get("label_book_revision", 0),
        reason=annotation.get("reason", ""),
        thumbnail_url=thumbnail_url,
    )
