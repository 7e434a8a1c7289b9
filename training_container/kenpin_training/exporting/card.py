"""The model card: what people must know of an exported model before they use it."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from kenpin.application.model_exports import CARD
from kenpin.domain.model.events import ModelFormat
from kenpin.domain.polygon import Polygons
from kenpin.domain.recipe import PRETRAINED
from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin.domain.run.events import RunRequested
from kenpin.domain.run.values import Evaluation, Identity
from kenpin_inspect.model_file import ModelFile
from kenpin_training.artifact import ModelMetadata
from kenpin_training.exporting.self_check import SelfCheck

NAME: Final = CARD
LICENCE: Final = (
    "The network's ImageNet weights: EfficientNet-Lite, Apache License 2.0 (NOTICE beside this card). What was learnt "
    "on top of them belongs to whoever owns the images."
)
LICENCE_OF_REGISTERED: Final = (
    "The network was registered in the project by a person: its licence is that of its file, named with the "
    "registration (`kenpin backbone list`). What was learnt on top of it belongs to whoever owns the images."
)


class Origin(Struct, frozen=True):
    """The run of a model, as its events tell."""

    requested: RunRequested
    identity: Identity | None
    evaluations: tuple[Evaluation, ...]


def card(
    model_id: str,
    format: ModelFormat,
    origin: Origin,
    about: ModelMetadata,
    described: ModelFile,
    checked: SelfCheck,
    digests: Mapping[str, str],
) -> str:
    requested = origin.requested
    parts = (
        f"# Model {model_id}",
        _section("Data", _data(requested)),
        _section("Recipe", _table(requested.recipe)),
        _section("Decision", _decision(described)),
        _section("Regions of interest", _regions(about.regions) or ["The whole picture is judged."]),
        _section("Figures", [line for each in origin.evaluations for line in _figures(each)]),
        _section("Self-check", _checked(format, checked)),
        _section("Origin", _origin(requested, origin.identity, about)),
        _section("Files (SHA-256)", [f"- `{name}`: {digest}" for name, digest in sorted(digests.items())]),
        _section("Licence", [LICENCE if about.architecture in PRETRAINED else LICENCE_OF_REGISTERED]),
    )
    return "\n".join(parts)


def _section(title: str, lines: Iterable[str]) -> str:
    return "\n".join((f"\n## {title}\n", *lines))


def _table(values: Mapping[str, object]) -> list[str]:
    return [f"- {name}: {value}" for name, value in values.items()]


def _decision(described: ModelFile) -> list[str]:
    grey = described.grey_from
    zone = "" if grey is None else f" From {grey:.6g} up to there is the grey zone: people look at the part."
    return [f"NG from score {described.threshold:.6g}.{zone} Scores lie in 0..1, high is NG."]


def _regions(regions: Iterable[RegionOfInterest]) -> list[str]:
    return [
        f"- {f'camera {each.camera}' if each.camera else 'cameras without a region of their own'}: "
        f"{_polygons(each.include) or 'the whole picture'}"
        f"{f', apart from {_polygons(each.ignore)}' if each.ignore else ''} "
        f"(corners x,y in pixels of {each.width} × {each.height})"
        for each in regions
    ]


def _polygons(polygons: Polygons) -> str:
    return "; ".join(" ".join(f"{x:g},{y:g}" for x, y in polygon) for polygon in polygons)


def _data(requested: RunRequested) -> list[str]:
    learnt = "only judgements that a reviewer accepted" if requested.accepted_only else "all judgements"
    return [
        f"- dataset {requested.dataset_id} of project {requested.project_id}",
        f"- version {requested.dataset_version}, hash {requested.dataset_hash}",
        f"- standard: {learnt}, as they stood at this version",
    ]


def _figures(of: Evaluation) -> list[str]:
    shown = [
        f"\n**{of.split}**, {of.images} images ({of.ng} NG, {of.ok} OK), split rule: {of.split_rule}, at threshold "
        f"{of.threshold:.6g}. Bounds are one-sided, 95 %, Clopper-Pearson.\n",
        f"- escapes {of.escapes} of {of.ng}{_rate(of.escape_rate, of.escape_bound)}",
        f"- overkills {of.overkills} of {of.ok}{_rate(of.overkill_rate, of.overkill_bound)}",
    ]
    others = {
        "AUROC": of.auroc,
        "average precision": of.average_precision,
        "pixel AUROC": of.pixel_auroc,
        "AUPRO": of.aupro,
        "AUPIMO": of.aupimo,
        "IoU": of.iou,
        "recall of regions": of.region_recall,
    }
    shown += [f"- {name} {value:.4f}" for name, value in others.items() if value is not None]
    if of.shared_groups:
        shown.append(f"- {of.shared_groups} groups also have images that were learnt from: too good a figure")
    return shown


def _rate(rate: float | None, bound: float | None) -> str:
    if rate is None or bound is None:
        return ""
    return f": {rate:.4f}, at most {bound:.4f}"


def _checked(format: ModelFormat, checked: SelfCheck) -> list[str]:
    return [
        f"The {format} file was run on {checked.images} images of the dataset. Its scores and maps differ from those "
        f"of the trained model by at most {checked.largest_difference:.6f}; {checked.tolerance:g} was allowed."
    ]


def _origin(requested: RunRequested, identity: Identity | None, about: ModelMetadata) -> list[str]:
    lines = [
        f"- run {requested.run_id}, seed {requested.seed}",
        f"- network {about.architecture}, weights {about.backbone}",
    ]
    if identity:
        lines += [f"- code {identity.code_digest}", f"- {identity.hardware}, {identity.threads} threads"]
        lines += [f"- {name} {version}" for name, version in sorted(identity.libraries.items())]
    return lines
