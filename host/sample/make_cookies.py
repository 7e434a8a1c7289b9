"""Makes host/sample/cookies from the original photos: `python -m host.sample.make_cookies FOLDER`."""

import csv
import json
import shutil
import sys
from datetime import datetime
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent / "cookies"
SIZE = (480, 640)
CRACK = (0x23, 0xA4, 0x36)
"""The colour that the manifest gives to cracks."""
EXIF, TAKEN_AT, MODEL, LENS = 0x8769, 0x9003, 0x0110, 0xA434


def main(source: Path) -> None:
    for folder in ("training-images", "test-images", "mask-images"):
        (HERE / folder).mkdir(parents=True, exist_ok=True)
    photos = sorted((*source.glob("training-images/*.jpg"), *source.glob("test-images/*.jpg")), key=_place)
    with (HERE / "captures.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("file", "product", "camera", "lens", "captured_at"))
        for photo in photos:
            table.writerow((_local(photo), "cookie", *_downsize(photo, HERE / _local(photo))))
    for mask in sorted(source.glob("mask-images/*.png"), key=_place):
        _shrink_mask(mask, HERE / _local(mask))
    shutil.copy(source / "manifests" / "template.manifest", HERE / "train.manifest")
    tests = [photo for photo in photos if photo.parent.name == "test-images"]
    (HERE / "test.manifest").write_text("".join(f"{_test_line(photo)}\n" for photo in tests))
    shutil.copy(source / "LICENSE", HERE / "LICENSE")


def _local(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _place(path: Path) -> tuple[str, str, int]:
    """`anomaly-10` after `anomaly-9`."""
    kind, _, number = path.stem.rpartition("-")
    return path.parent.name, kind, int(number)


def _downsize(photo: Path, to: Path) -> tuple[str, str, str]:
    """Write the small photo without its EXIF (it held GPS positions); answer camera, lens and time."""
    with Image.open(photo) as image:
        tags = image.getexif()
        details = tags.get_ifd(EXIF)
        image.resize(SIZE, Image.Resampling.LANCZOS).save(to, quality=83, optimize=True)
        return str(tags[MODEL]), str(details[LENS]), _taken_at(photo)


def _taken_at(photo: Path) -> str:
    """The camera's local time; it recorded no zone."""
    with Image.open(photo) as image:
        text = str(image.getexif().get_ifd(EXIF)[TAKEN_AT])
    return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").isoformat()  # noqa: DTZ007


def _shrink_mask(mask: Path, to: Path) -> None:
    """Two colours: crack, and nothing. Soft edges count as crack where they cover half a pixel."""
    with Image.open(mask) as image:
        alpha = image.convert("RGBA").getchannel("A")
    covered = alpha.resize(SIZE, Image.Resampling.NEAREST).point(lambda value: 1 if value >= 128 else 0, "P")
    covered.putpalette((0, 0, 0, *CRACK))
    covered.save(to, transparency=0, bits=1, optimize=True)


def _test_line(photo: Path) -> str:
    anomaly = "anomaly" in photo.name
    metadata = {
        "job-name": "from-file-name",
        "class-name": "anomaly" if anomaly else "normal",
        "human-annotated": "yes",
        "creation-date": _taken_at(photo),
        "type": "groundtruth/image-classification",
    }
    line = {"source-ref": _local(photo), "anomaly-label-metadata": metadata, "anomaly-label": int(anomaly)}
    return json.dumps(line)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
