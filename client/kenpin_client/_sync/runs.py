"""One run and one model without async: progress, figures, predictions and comparisons."""
# Written by `make generate` from `_async`.

import time
from collections.abc import Callable
from typing import Final, Literal, Unpack

from kenpin_client._sync.connection import Connection
from kenpin_client._sync.io import sleep
from kenpin_client._sync.items import Items
from kenpin_client.errors import Problem, RunFailed, TimedOut
from kenpin_client.filters import PredictionFilter, known
from kenpin_client.requests import AsOf, path_part
from kenpin_client.schemas import (
    Accepted,
    ComparedPicture,
    Evaluation,
    Model,
    Prediction,
    Run,
    RunComparison,
    RunSlices,
)

PAGE: Final = 1000
REGISTERED_WITHIN_S: Final = 60.0
SliceField = Literal[
    "product",
    "line",
    "station",
    "camera",
    "light",
    "lot",
    "class",
    "predicted",
    "size",
    "day",
    "month",
    "person",
    "label_book",
]


class RunClient:
    """One run of a training. Nothing is asked before a method is called."""

    def __init__(self, connection: Connection, run_id: str) -> None:
        self.run_id = run_id
        self._connection = connection
        self._path, self._stream = f"/runs/{path_part(run_id)}", f"run-{run_id}"

    def __repr__(self) -> str:
        return f"<run {self.run_id} at {self._connection.url}>"

    def get(self, *, as_of: AsOf = None) -> Run:
        """Return status, progress, recipe and evaluation."""
        return self._connection.get(self._path, Run, {"as_of": as_of}, self._stream)

    def wait(
        self,
        *,
        progress: Callable[[Run], None] | None = None,
        timeout: float | None = None,
        poll_s: float = 0.5,
    ) -> Run:
        """Wait until the run has succeeded. Raises RunFailed and TimedOut, after which it goes on.

        `progress` is called with the run when something in it has changed.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        shown: Run | None = None
        while True:
            run = self._connection.get(self._path, Run, {"min_version": 1}, self._stream)
            if progress and run != shown:
                progress(run)
                shown = run
            if run.status == "succeeded":
                return run
            if run.status in ("failed", "cancelled"):
                raise RunFailed(self.run_id, run.status, run.failure.reason if run.failure else "")
            if deadline is not None and time.monotonic() > deadline:
                raise TimedOut(f"run {self.run_id} is {run.status} after {timeout} s")
            sleep(poll_s)

    def cancel(self, reason: str = "") -> Accepted:
        """Stop the run."""
        return self._connection.write(f"{self._path}/cancellation", {"reason": reason}, Accepted)

    def evaluation(self, *, as_of: AsOf = None) -> Evaluation | None:
        """Return escapes, overkills and their rates on the images of the test; None before it is measured."""
        return (self.get(as_of=as_of)).evaluation

    def slices(
        self,
        by: SliceField,
        then_by: SliceField | None = None,
        *,
        split: Literal["train", "validation", "test"] = "test",
        as_of: AsOf = None,
    ) -> RunSlices:
        """Return the figures by a capture condition, class or person."""
        query = {"by": by, "then_by": then_by, "split": split, "as_of": as_of}
        return self._connection.get(f"{self._path}/slices", RunSlices, query)

    def predictions(self, *, as_of: AsOf = None, **filter: Unpack[PredictionFilter]) -> Items[Prediction]:
        """List the scores of the images, such as `predictions(cell="escape")`. Raises TypeError for an unknown one."""
        query = {"limit": PAGE, "as_of": as_of, **known(filter, PredictionFilter)}
        return self._connection.items(f"{self._path}/predictions", Prediction, query)

    def compare(self, old_run: str) -> RunComparison:
        """Compare this run with an older one on the images that both were measured by."""
        return self._connection.get(f"{self._path}/comparison", RunComparison, {"old_run": old_run})

    def compared_images(
        self, old_run: str, change: Literal["fixed", "broken", "relabelled"]
    ) -> Items[ComparedPicture]:
        """List the images on which two runs differ."""
        query = {"old_run": old_run, "change": change, "limit": PAGE}
        return self._connection.items(f"{self._path}/comparison/images", ComparedPicture, query)

    def model(self) -> "ModelClient":
        """Return the model of a run that has succeeded, once it is registered. Raises TimedOut."""
        model = ModelClient(self._connection, self.run_id)
        deadline = time.monotonic() + REGISTERED_WITHIN_S
        while time.monotonic() < deadline:
            try:
                model.get()
                return model
            except Problem as problem:
                if problem.status != 404:
                    raise
            sleep(0.2)
        raise TimedOut(f"run {self.run_id} has no model yet")


class ModelClient:
    """One model. It has the id of the run that made it."""

    def __init__(self, connection: Connection, model_id: str) -> None:
        self.model_id = model_id
        self._connection = connection
        self._path, self._stream = f"/models/{path_part(model_id)}", f"model-{model_id}"

    def __repr__(self) -> str:
        return f"<model {self.model_id} at {self._connection.url}>"

    def get(self, *, as_of: AsOf = None) -> Model:
        """Return stage, threshold, evaluation and gates."""
        return self._connection.get(self._path, Model, {"as_of": as_of}, self._stream)

    def choose_threshold(self, threshold: float, *, reason: str) -> Accepted:
        """Judge NG from this score on."""
        body = {"threshold": threshold, "reason": reason}
        return self._connection.write(f"{self._path}/threshold", body, Accepted)
