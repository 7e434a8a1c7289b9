"""Data health of a dataset: findings with the counts and pictures behind them."""

from collections import Counter, defaultdict

from msgspec import Struct

from kenpin.application.duplicates import find_duplicates
from kenpin.application.fresh_rows import fresh_rows
from kenpin.application.platform_parts import PlatformParts
from kenpin.application.whole_datasets import check_image_count
from kenpin.domain.dataset.health import HealthFinding, OddPicture, SliceCount, findings, odd_pictures
from kenpin.domain.ids import DatasetId
from kenpin.projections.database import Row
from kenpin.read_models.fingerprints import notes
from kenpin.read_models.gallery import counts, health


class DataHealth(Struct, frozen=True):
    """The state of a dataset's data; excluded images take no part."""

    version: int
    verdicts: dict[str, int]
    classes: dict[str, int]
    sizes: list[Row]
    """width, height, images"""
    slices: list[SliceCount]
    odd: list[OddPicture]
    findings: list[HealthFinding]


def data_health(platform: PlatformParts, dataset_id: DatasetId) -> DataHealth:
    """Return the health of the data; pictures that nobody has looked at are not measured yet (`look_at_pictures`).

    Raises NoSuchDataset, TooManyImages, Unavailable.
    """
    with fresh_rows(platform, dataset_id, "gallery", "datasets") as (sql, version):
        check_image_count(sql, dataset_id, version)
        odd = odd_pictures(notes.measured(sql, dataset_id))
        slices, sizes = health.slices(sql, dataset_id), health.sizes(sql, dataset_id)
        verdicts, classes = _counted(counts.at_version(sql, dataset_id, version))
    duplicates = find_duplicates(platform, dataset_id)
    found = findings(
        slices,
        classes,
        odd,
        ng=verdicts.get("NG", 0),
        sizes=len(sizes),
        across=sum(pair.is_across for pair in duplicates.pairs),
        unreadable=duplicates.unseen,
    )
    return DataHealth(version, verdicts, classes, sizes, slices, odd, found)


def _counted(cells: list[Row]) -> tuple[dict[str, int], dict[str, int]]:
    verdicts: Counter[str] = Counter()
    classes: defaultdict[str, int] = defaultdict(int)
    for cell in cells:
        if cell["excluded"]:
            continue
        if cell["class_id"] == "":
            verdicts[cell["verdict"]] += cell["images"]
        else:
            classes[cell["class_id"]] += cell["images"]
    return dict(verdicts), dict(classes)
