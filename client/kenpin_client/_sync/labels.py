"""Labels from a table without async: the platform reads the table, and judges the images that it names."""
# Written by `make generate` from `_async`.

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from kenpin_client._sync.connection import Connection
from kenpin_client.errors import KenpinError, Problem
from kenpin_client.files import missing_columns, named_in
from kenpin_client.reports import ImageLabels, ImportClass, LabelReport, OpenQuestions, PlannedImport
from kenpin_client.schemas import Accepted, Dataset, Image, ImportedLabels

TOGETHER: Final = 90
"""Images of one request."""


class TableLabels:
    """Labels of one table for one dataset. `source`: the name of the table, in the reasons of the judgements."""

    def __init__(self, connection: Connection, dataset: Dataset, source: str) -> None:
        self._connection, self._dataset, self._source = connection, dataset, source
        self._path = f"/datasets/{dataset.dataset_id}/imports"
        self._report = LabelReport(f"labels-{secrets.token_hex(4)}")

    def send(
        self,
        table: str,
        images: Sequence[Image],
        answers: Mapping[str, str],
        progress: Callable[[int, int], None] | None,
    ) -> LabelReport:
        """Judge the images by the table. Raises OpenQuestions, and KenpinError where it lacks columns."""
        if missing := missing_columns(table):
            lacking = " and no column ".join(missing)
            raise KenpinError(f"{self._source} has no column {lacking}; its first line names the columns")
        times = Counter(image.name for image in images)
        named = set(named_in(table, times))
        for name in named:
            if times[name] > 1:
                self._report.rejected[name] = f"{times[name]} images have this name"
        by_name = {
            each.name: each.image_id for each in images if each.name in named and times[each.name] == 1
        }
        plan = self._plan(table, [*by_name], answers)
        self._define([each for each in plan.classes if each.is_new])
        items = [ImageLabels(by_name[str(item["path"])], item) for item in plan.items]
        for start in range(0, len(items), TOGETHER):
            self._label(items[start : start + TOGETHER])
            if progress:
                progress(min(start + TOGETHER, len(items)), len(items))
        return self._report

    def _plan(self, table: str, names: list[str], answers: Mapping[str, str]) -> PlannedImport:
        body = {
            "source": self._source,
            "files": [*names, self._source],
            "texts": {self._source: table},
            "answers": answers,
        }
        planned = self._connection.write(f"{self._path}/plan", body, PlannedImport)
        if planned.plan.questions:
            raise OpenQuestions(planned.plan.questions)
        for each in planned.plan.problems:
            name = each.missing_image()
            if name is None:
                self._report.rejected[each.where] = each.what
            elif not named_in(name, self._report.rejected):
                self._report.rejected[each.where] = f"the dataset has no image named {name}; upload it first"
        return planned

    def _define(self, classes: Sequence[ImportClass]) -> None:
        """Define the classes. Where the role is not enough, the answer to the labels says so for each image."""
        for each in classes:
            path = f"/projects/{self._dataset.project_id}/defect-classes"
            body = {"class_id": each.class_id, "name": each.name}
            try:
                self._connection.write(path, body, Accepted, batch=self._report.batch)
            except Problem as problem:
                if problem.status != 403:
                    raise
                return

    def _label(self, items: list[ImageLabels]) -> None:
        body = {"source": self._source, "items": items}
        answer = self._connection.write(
            f"{self._path}/labels", body, ImportedLabels, batch=self._report.batch
        )
        for item, sent in zip(answer.items, items, strict=True):
            self._report.judged += item.outcome == "judged"
            self._report.already_judged += item.outcome == "already_judged"
            if item.outcome == "rejected":
                self._report.rejected[str(sent.entry["name"])] = item.detail
