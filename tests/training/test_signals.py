"""Signals of suggestions: stored scores of other runs, images of the rarest class, and what was missed."""

import hashlib
from io import BytesIO

import numpy as np
import pytest

from kenpin.bootstrap import Platform
from kenpin.domain.dataset.commands import Judgement
from kenpin.domain.dataset.values import Defect
from kenpin.domain.suggestion_strategies import Strategy
from kenpin.projections.database import Row
from kenpin.read_models.field_returns import queries as field_returns
from kenpin.read_models.runs import queries as runs
from kenpin_training.data import data_now
from kenpin_training.pipeline.strategies import PoolScores
from kenpin_training.predictions import PredictionRow, to_parquet
from kenpin_training.signals import ScoringRun, signals_of
from tests.training.conftest import Photos


@pytest.fixture
def other(platform: Platform, labelled: Photos) -> Row:
    """A run that scored the first two images of the pool."""
    body = to_parquet(
        [PredictionRow(id, None, None, 0.5 + n / 10) for n, id in enumerate(labelled.ids[16:18])]
    )
    digest = hashlib.sha256(body).hexdigest()
    platform.objects.put(f"predictions/{digest}.parquet", BytesIO(body))
    return {"run_id": "run0", "predictions": digest, "threshold": 0.55}


def scoring(method: str) -> ScoringRun:
    return ScoringRun("run1", method, PoolScores(np.full(5, 0.2), 0.5))


def test_stored_scores_of_another_run_stand_in_for_a_second_look(
    platform: Platform, labelled: Photos, other: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "second_opinion", lambda *_: other)
    monkeypatch.setattr(runs, "newest_of_anomaly", lambda *_: other)
    monkeypatch.setattr(runs, "score_files", lambda *_: ["a file that is gone", other["predictions"]])
    data = data_now(platform.events, platform.objects, "photos")
    features = np.eye(len(data.rows), dtype=np.float32)
    wanted: tuple[Strategy, ...] = ("disagreement", "anomaly")
    found = signals_of(platform, "photos", data, features, wanted, scoring("probe"))
    assert found.other is not None and found.other.threshold == 0.55
    assert found.other.scores.tolist()[:2] == [0.5, 0.6]
    assert np.isnan(found.other.scores[2:]).all()
    assert found.anomaly is not None and found.anomaly.threshold == 0.55
    assert found.misses is None and found.rare is None
    own = signals_of(platform, "photos", data, features, wanted, scoring("anomaly"))
    assert own.anomaly is own.model, "the run's own scores are of the anomaly family"
    alone = signals_of(platform, "photos", data, features, wanted, None)
    assert alone.other is None and alone.model is None and alone.anomaly is not None


def test_images_of_the_rarest_class_and_from_the_field_need_no_model(
    platform: Platform, labelled: Photos, monkeypatch: pytest.MonkeyPatch
) -> None:
    classes = ("scratch", "scratch", "stain")
    labelled.submit(
        [
            Judgement(image_id=id, verdict="NG", defects=(Defect(class_id=name),))
            for id, name in zip(labelled.ids[8:11], classes, strict=True)
        ]
    )
    returned = [
        {"image_id": labelled.ids[3], "verdict": "NG"},
        {"image_id": labelled.ids[4], "verdict": "OK"},
    ]
    monkeypatch.setattr(field_returns, "page", lambda *_, **__: returned)
    data = data_now(platform.events, platform.objects, "photos")
    features = np.eye(len(data.rows), dtype=np.float32)
    wanted: tuple[Strategy, ...] = ("near_miss", "rare_class")
    found = signals_of(platform, "photos", data, features, wanted, None)
    assert found.rare is not None and found.rare.argmax(axis=1).tolist() == [10]
    retired = signals_of(platform, "photos", data, features, wanted, None, {"stain"})
    assert retired.rare is not None and not len(retired.rare), "one class in use is left"
    assert found.misses is not None and found.misses.argmax(axis=1).tolist() == [3]
