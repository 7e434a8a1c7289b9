"""Makes host/sample/ballscrew from the original photos: `python -m host.sample.make_ballscrew FOLDER`."""

import csv
import json
import re
import shutil
import sys
from datetime import datetime
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent / "ballscrew"
SCALE = 0.5
QUALITY = 60
NAME = re.compile(r"\d+_(\d{12})_(\d+_\d+)_crop_\d")
"""When it was taken, and the place on the part: position and angle."""


def main(source: Path) -> None:
    for folder in ("images", "labels"):
        (HERE / folder).mkdir(parents=True, exist_ok=True)
    with (HERE / "captures.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("file", "product", "part", "captured_at"))
        for photo in sorted(source.glob("images/*.jpg")):
            _downsize(photo)
            table.writerow((f"images/{photo.name}", "ball screw", *_place_and_time(photo.stem)))
    for label in sorted(source.glob("labels/*.json")):
        _scale(label)
    shutil.copy(source / "LICENSE", HERE / "LICENSE")


def _place_and_time(stem: str) -> tuple[str, str]:
    """Return the place, and the local time; no zone is known."""
    found = NAME.fullmatch(stem)
    if found is None:
        raise ValueError(f"{stem} is no name of this data set")
    return found[2], datetime.strptime(found[1], "%y%m%d%H%M%S").isoformat()  # noqa: DTZ007


def _downsize(photo: Path) -> None:
    with Image.open(photo) as image:
        size = (round(image.width * SCALE), round(image.height * SCALE))
        small = image.resize(size, Image.Resampling.LANCZOS)
    small.save(HERE / "images" / photo.name, quality=QUALITY, optimize=True)


def _scale(label: Path) -> None:
    document = json.loads(label.read_text("utf-8"))
    with Image.open(HERE / "images" / f"{label.stem}.jpg") as image:
        document |= {"imageWidth": image.width, "imageHeight": image.height}
    for shape in document["shapes"]:
        shape["points"] = [[round(x * SCALE, 2), round(y * SCALE, 2)] for x, y in shape["points"]]
    (HERE / "labels" / label.name).write_text(json.dumps(document) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
