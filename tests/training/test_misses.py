"""Known misses: what a run judged OK without having seen it, and what came back from the field."""

import hashlib
from io import BytesIO

import pytest

from kenpin.bootstrap import Platform
from kenpin.domain.run.commands import ReportPoolScored, StartRun
from kenpin.domain.run.decider import run
from kenpin.read_models.field_returns import queries as field_returns
from kenpin_training.misses import known_misses
from kenpin_training.predictions import PredictionRow, to_parquet
from tests.functions.training import IDENTITY
from tests.training.conftest import BY, Photos


def test_ng_images_that_were_judged_ok_are_misses(
    platform: Platform, labelled: Photos, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled.request()
    body = to_parquet(
        [
            PredictionRow("fold", None, "NG", 0.9, 0.2, use="train"),
            PredictionRow("learnt", None, "NG", 0.2, use="train"),
            PredictionRow("test", "test", "NG", 0.4, use="test"),
            PredictionRow("found", "test", "NG", 0.6, use="test"),
            PredictionRow("good", "test", "OK", 0.1, use="test"),
        ],
    )
    digest = hashlib.sha256(body).hexdigest()
    platform.objects.put(f"predictions/{digest}.parquet", BytesIO(body))
    for step in (
        StartRun(attempt=1, identity=IDENTITY),
        ReportPoolScored(attempt=1, predictions=digest, images=5),
    ):
        platform.commands.execute(run, "run1", step, by=BY)
    assert known_misses(platform, "photos", "run1", 0.5) == {"fold", "test"}
    returned = [{"image_id": "sold", "verdict": "NG"}, {"image_id": "fine", "verdict": "OK"}]
    monkeypatch.setattr(field_returns, "page", lambda *_, **__: returned)
    assert known_misses(platform, "photos", None, 0.5) == {"sold"}
