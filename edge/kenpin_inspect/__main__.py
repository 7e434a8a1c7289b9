"""`python -m kenpin_inspect MODEL PICTURE…`: a line of CSV for each picture; status 1 when one was not read."""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from kenpin_inspect.decode import UnreadableFile, decode
from kenpin_inspect.graphs import open_graph
from kenpin_inspect.judge import Graph, Inspection, enough, judge
from kenpin_inspect.model_file import ModelFile, UnusableModel, read_model_file


def main() -> int:
    asked = argparse.ArgumentParser(prog="kenpin-inspect", description=__doc__)
    asked.add_argument("model", type=Path, help="the folder of an exported model")
    asked.add_argument("pictures", type=Path, nargs="+", help="files, or folders of files")
    asked.add_argument("--camera", help="the camera, whose region and window of deep grey hold")
    asked.add_argument("--heatmaps", type=Path, help="a folder for maps as grey PNG; white is NG")
    given = asked.parse_args()
    try:
        model = read_model_file(given.model)
        graph = open_graph(given.model, model)
    except UnusableModel as reason:
        asked.error(str(reason))
    if given.heatmaps and model.answer == "score":
        print("this model makes no maps", file=sys.stderr)
    scored, unread = () if model.answer != "score" else model.defect_classes, 0
    lines = csv.DictWriter(sys.stdout, ("picture", "verdict", "score", *scored, "problem"))
    lines.writeheader()
    for path in files(given.pictures):
        try:
            found = inspect(path, model, graph, given.camera)
        except UnreadableFile as reason:
            unread = 1
            lines.writerow({"picture": path, "problem": reason})
            continue
        scores = {name: f"{score:.6f}" for name, score in {"score": found.score, **found.classes}.items()}
        lines.writerow({"picture": path, "verdict": model.verdict(found.score), **scores})
        if given.heatmaps and found.heat is not None:
            given.heatmaps.mkdir(parents=True, exist_ok=True)
            levels = np.round(found.heat * 255).astype(np.uint8)
            Image.fromarray(levels).save(given.heatmaps / f"{path.name}.png")
    return unread


def files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]


def inspect(path: Path, model: ModelFile, graph: Graph, camera: str | None = None) -> Inspection:
    """Judge one file. Raises UnreadableFile."""
    if camera is None and model.regions and "" not in model.regions:
        raise UnreadableFile("name its camera: the model has a region of interest for each")
    window = model.windows.get(camera or "") or model.windows.get("")
    region = model.regions.get(camera or "") or model.regions.get("")
    return judge(decode(path, window, enough(model, region)), model, graph, region)


if __name__ == "__main__":
    sys.exit(main())
