"""Known misses: NG images that a run or an inspection judged OK, and those from the field."""

import hashlib
from io import BytesIO

import pytest

from kenpin.bootstrap import Platform
from kenpin.domain.run.commands import ReportPoolScored, StartRun
from kenpin.domain.run.decider import run
from kenpin.read_models.field_returns import queries as field_returns
from kenpin.read_models.models import inspections
from kenpin_training.misses import known_misses
from kenpin_training.predictions import PredictionRow, to_parquet
from tests.functions.training import IDENTITY
from tests.training.conftest import BY, Photos


def put(platform: Platform, body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    platform.objects.put(f"predictions/{digest}.parquet", BytesIO(body))
    return digest


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
            PredictionRow("waiting", None, None, 0.1, use="pool"),
            PredictionRow("unsure", None, None, 0.3, use="pool"),
        ],
    )
    digest = put(platform, body)
    later = put(
        platform,
        to_parquet([PredictionRow(id, None, None, 0.3) for id in ("late", "late good", "learnt", "unsure")]),
    )
    for step in (
        StartRun(attempt=1, identity=IDENTITY),
        ReportPoolScored(attempt=1, predictions=digest, images=7),
    ):
        platform.commands.execute(run, "run1", step, by=BY)
    ng = {"fold", "learnt", "test", "found", "waiting", "late", "unsure"}
    assert known_misses(platform, "photos", "run1", 0.5, ng) == {"fold", "test", "waiting", "unsure"}
    stored = [{"predictions": "f" * 64, "threshold": 0.9}, {"predictions": later, "threshold": 0.5}]
    monkeypatch.setattr(inspections, "of_run", lambda *_: stored)
    scored_ok = {"fold", "test", "waiting", "unsure", "late"}
    assert known_misses(platform, "photos", "run1", 0.5, ng) == scored_ok, "the threshold of each"
    stored[1]["threshold"] = 0.2
    assert known_misses(platform, "photos", "run1", 0.5, ng) == {"fold", "test", "waiting"}, (
        "the newest counts"
    )
    returned = [{"image_id": "sold", "verdict": "NG"}, {"image_id": "fine", "verdict": "OK"}]
    monkeypatch.setattr(field_returns, "page", lambda *_, **__: returned)
    assert known_misses(platform, "photos", None, 0.5, ng) == {"sold"}
