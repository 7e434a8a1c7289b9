"""`kenpin inspect`: judge picture files with a model, on this machine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image
from pydantic import BaseModel

from functions.api.models.answers import Model
from host.cli.connect import connect
from host.cli.failures import AnswerIsNo, Failure
from host.cli.model_files import export_to_folder
from host.cli.options import Json
from host.cli.output import line, show_all, table, warn
from kenpin_inspect.__main__ import files, inspect
from kenpin_inspect.decode import UnreadableFile
from kenpin_inspect.graphs import open_graph
from kenpin_inspect.judge import Graph, Inspection
from kenpin_inspect.model_file import ModelFile, UnusableModel, read_model_file


class InspectedFile(BaseModel):
    """One line of the answer."""

    file: str
    verdict: str | None
    """OK, NG, or grey: in the grey zone of the model, for people to look at"""
    score: float | None
    classes: dict[str, float] = {}
    """Scores of the defect classes that the model scores for a whole picture"""
    problem: str | None


def inspect_images(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="Id of a model, or a folder of an exported one.")
    ],
    pictures: Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER…", help="Pictures to judge.")],
    camera: Annotated[
        str | None,
        typer.Option(help="The camera: its region of interest is judged, by its window of deep grey."),
    ] = None,
    heatmaps: Annotated[Path | None, typer.Option(help="A folder for maps as grey PNG; white is NG.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    json: Json = False,
) -> None:
    """Judge picture files with a model, on this machine; they are not stored.

    A model that is named by its id is exported to the folder kenpin-model-MODEL the first time.
    """
    if missing := [path for path in pictures if not path.exists()]:
        raise Failure(f"there is no {missing[0]}")
    try:
        described, graph = _opened(model)
    except UnusableModel as reason:
        raise Failure(str(reason)) from None
    if heatmaps and described.answer == "score":
        warn("this model makes no maps")
    found = list(_inspected(pictures, described, graph, camera, heatmaps))
    if as_csv:
        line(_csv(found))
    else:
        rows = ((each.file, each.verdict, each.score, _likeliest(each), each.problem) for each in found)
        show_all(found, json, lambda: table("file", "verdict", "score", "class", "problem", rows=rows))
    if wrong := sum(each.problem is not None for each in found):
        raise AnswerIsNo(f"{wrong} of {len(found)} files were not judged")


def _likeliest(found: InspectedFile) -> str | None:
    """Return the defect class of an NG picture with the highest score."""
    if found.verdict != "NG" or not found.classes:
        return None
    return max(found.classes, key=lambda name: found.classes[name])


def _opened(model: str) -> tuple[ModelFile, Graph]:
    """Open a folder, or the export of a model with the threshold and the grey zone that stand now."""
    if Path(model).is_dir():
        described = read_model_file(Path(model))
        return described, open_graph(Path(model), described)
    folder = Path(f"kenpin-model-{model}")
    client = connect()
    stands = client.get(f"/models/{model}", Model)
    if not folder.exists():
        export_to_folder(client, model, "onnx", folder)
    described = replace(read_model_file(folder), threshold=stands.threshold, grey_from=stands.grey_from)
    return described, open_graph(folder, described)


def _inspected(
    pictures: list[Path], model: ModelFile, graph: Graph, camera: str | None, heatmaps: Path | None
) -> Iterator[InspectedFile]:
    for path in files(pictures):
        try:
            found = inspect(path, model, graph, camera)
        except UnreadableFile as reason:
            yield InspectedFile(file=str(path), verdict=None, score=None, problem=str(reason))
            continue
        if heatmaps:
            _keep_map(found, heatmaps / f"{path.name}.png")
        verdict = model.verdict(found.score)
        yield InspectedFile(
            file=str(path), verdict=verdict, score=found.score, classes=found.classes, problem=None
        )


def _keep_map(found: Inspection, path: Path) -> None:
    if found.heat is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.round(found.heat * 255).astype(np.uint8)).save(path)


def _csv(found: list[InspectedFile]) -> str:
    body = io.StringIO()
    lines = csv.writer(body, lineterminator="\n")
    classes = list(dict.fromkeys(name for each in found for name in each.classes))
    lines.writerow(("file", "verdict", "score", *classes, "problem"))
    for each in found:
        scores = (each.classes.get(name) for name in classes)
        lines.writerow((each.file, each.verdict, each.score, *scores, each.problem))
    return body.getvalue().rstrip("\n")
