"""Load of one dataset on paper: 100 images a second and 50 people who judge; what of a stage breaks first."""

from typing import Final, get_args

from bench.capacity import DatasetLoad, bounds
from bench.idle import StageName
from bench.report import Report, Scale

NOTES: Final = [
    "calculated from cdk.json, the manifest and documented limits of AWS; nothing here was measured on AWS",
    "a part with more than 1 of its limit breaks; the first of a stage breaks first",
]


def measure(scale: Scale, report: Report) -> None:
    load = DatasetLoad()
    report.sizes.update(images_s=load.images_s, annotators=load.annotators, judgements_s=load.judgements_s)
    report.notes += NOTES
    for stage in get_args(StageName):
        for bound in bounds(stage):
            report.add(f"{stage}: {bound.name}, {bound.parameter}", "of its limit", [bound.share])
