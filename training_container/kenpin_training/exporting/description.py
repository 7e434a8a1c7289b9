"""The description of an exported model: what its user does around the graph."""

from collections import Counter
from collections.abc import Iterable, Sequence

from kenpin.domain.grey_window import GreyWindow
from kenpin.domain.model.events import ModelFormat
from kenpin_inspect.model_file import ModelFile
from kenpin_training.architectures.anomaly.head import SMOOTHING, AnomalyHead
from kenpin_training.artifact import ModelArtifact
from kenpin_training.backbones.backbone import PATCH_STEP
from kenpin_training.data import TrainingRow
from kenpin_training.exporting.formats import FILES
from kenpin_training.pipeline.patch_model import PatchModel
from kenpin_training.pipeline.tiled_probe import TiledModel
from kenpin_training.pipeline.tiles import TilePlan


def describe(
    artifact: ModelArtifact, format: ModelFormat, threshold: float, tile: tuple[int, int]
) -> ModelFile:
    """Return the description of a model without its regions. `tile`: height and width of its input."""
    model, windows = artifact.model, _plain(artifact.about.windows)
    if not isinstance(model, PatchModel):
        return ModelFile(
            file=FILES[format],
            format=format,
            answer="score",
            threshold=threshold,
            tile=tile,
            long_side=model.plan.long_side if isinstance(model, TiledModel) else None,
            defect_classes=model.classes,
            windows=windows,
        )
    head = model.head
    line = (SMOOTHING, head.middle, head.steepness) if isinstance(head, AnomalyHead) else (0.0, 0.0, 0.0)
    smoothing, middle, steepness = line
    return ModelFile(
        file=FILES[format],
        format=format,
        answer="distances" if isinstance(head, AnomalyHead) else "classes",
        threshold=threshold,
        tile=tile,
        long_side=model.plan.long_side,
        margin=model.plan.margin,
        step=PATCH_STEP,
        top_places=model.top_places,
        smoothing=smoothing,
        middle=middle,
        steepness=steepness,
        defect_classes=model.classes,
        windows=windows,
    )


def _plain(windows: Iterable[GreyWindow]) -> dict[str, tuple[float, float]]:
    return {each.camera or "": (each.low, each.high) for each in windows}


def tile_of(plan: TilePlan, width: int, height: int) -> tuple[int, int]:
    """Return height and width of the tiles that pictures of this size are cut into."""
    return plan.tile_size(*plan.scaled(width, height))


def most_frequent_tile(plan: TilePlan, rows: Sequence[TrainingRow]) -> tuple[int, int]:
    """Return the tile of most of the pictures: a graph has one input size."""
    return Counter(tile_of(plan, *row.size) for row in rows).most_common(1)[0][0]
