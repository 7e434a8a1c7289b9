"""Machine time of runs, as a log line that CloudWatch reads as a metric (Embedded Metric Format)."""

import time
from typing import Final

import msgspec

from kenpin_training.identity import accelerators

NAMESPACE: Final = "Kenpin"
METRIC: Final = "RunSeconds"


def line(run_id: str, seconds: float, stage: str) -> str:
    """Return the log line for one attempt. Every attempt counts, as the machine was paid for."""
    named = {"Name": METRIC, "Unit": "Seconds"}
    metrics = [{"Namespace": NAMESPACE, "Dimensions": [["service", "stage", "kind"]], "Metrics": [named]}]
    fields = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": metrics},
        "service": "training",
        "stage": stage,
        "kind": "gpu" if accelerators() else "cpu",
        "run_id": run_id,
        METRIC: round(seconds, 3),
    }
    return msgspec.json.encode(fields).decode()
