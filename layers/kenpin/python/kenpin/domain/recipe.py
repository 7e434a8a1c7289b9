"""A recipe: everything about how a model is trained, apart from data and seed."""

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kenpin.domain.ids import DIGEST, SLUG

Architecture = Literal["efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2"]
PRETRAINED: Final[frozenset[str]] = frozenset(get_args(Architecture))
"""Networks that every project has; other names are those of networks that a project registered."""
Method = Literal["probe", "fine_tune", "anomaly", "segmentation"]
RecipeValue = str | bool | int | float | None
"""A value of a recipe as it is stored"""


class Recipe(BaseModel):
    """Stored in the run's first event. The defaults train a probe in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    architecture: Annotated[str, Field(pattern=SLUG)] = "efficientnet-lite0"
    """The network that models are built on: efficientnet-lite0, efficientnet-lite1 and efficientnet-lite2 (deeper, and
    take longer), or one that the project registered"""
    backbone: Annotated[str, Field(pattern=DIGEST)] | None = None
    """SHA-256 of the file of a registered network. This and the next three are filled in when the run is requested."""
    taps: Annotated[str, Field(max_length=2000)] | None = None
    """Names of its layers whose maps are used, separated by commas"""
    pixel_mean: float = 0.0
    """Subtracted from pixel values (0..255) before they reach it"""
    pixel_scale: Annotated[float, Field(gt=0)] = 1.0
    """Pixel values are divided by it then."""
    method: Method = "probe"
    """probe: logistic regression on frozen features; fine_tune: the network learns as well; anomaly: a memory of OK
    images; segmentation: a classifier of patches. The last two answer with a map and regions."""
    image_size: Annotated[int, Field(ge=96, le=512, multiple_of=32)] = 224
    """pixels, both sides (probe and fine_tune)"""
    tiles_along: Annotated[int, Field(ge=1, le=4)] = 1
    """Tiles along the longer side of a picture (probe and fine_tune): it is made smaller to so many times image_size,
    and cut into squares of image_size that overlap by half. 1: the whole picture is resized to one square."""
    long_side: Annotated[int, Field(ge=96, le=16384)] | None = 512
    """The longer side that a picture is made smaller to, in pixels; None: it stays as it is (anomaly, segmentation)."""
    tile: Annotated[int, Field(ge=192, le=1024, multiple_of=32)] = 512
    """Largest side of a tile without its margins, in pixels (anomaly, segmentation)"""
    top_places: Annotated[int, Field(ge=1, le=1000)] = 4
    """The score of an image is the mean of so many highest places of its map (anomaly, segmentation)."""
    region_of_interest: bool = True
    """Only the region of interest of each camera is learnt from and judged; false: whole pictures."""
    c: Annotated[float, Field(gt=0, le=1e4)] = 1.0
    """Inverse strength of the probe's L2 regularisation."""
    soft_labels: bool = True
    """An image on which people differ, and that nobody has settled, is learnt with the share of them who say NG (probe,
    fine_tune). Figures count the verdict that stands."""
    epochs: Annotated[int, Field(ge=1, le=100)] = 8
    batch_size: Annotated[int, Field(ge=1, le=128)] = 16
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 1e-3
    held_out_of: Annotated[int, Field(ge=2, le=20)] = 4
    """One image in so many is held out of fine-tuning: the threshold and the figures of the training part come from
    those images."""
    train_from_block: Annotated[int, Field(ge=0, le=16)] = 8
    """The first of the network's blocks that fine-tuning changes: Lite0 has 16 blocks, Lite1 and Lite2 have 21. Of a
    registered network the later half of the convolutions changes."""
    may_turn: bool = False
    """Parts may lie turned: fine-tuning sees each image turned by a random number of quarter turns."""
    may_mirror: bool = True
    """Fine-tuning sees half of the images mirrored left to right, and half upside down."""
    average_views: bool = False
    """The score of a fine-tuned model is the mean over views of the image: its four quarter turns where parts may lie
    turned, else the four ways to mirror it where it may be mirrored. Judging takes four times as long."""
    brightness: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    """Largest relative change of brightness of the images that fine-tuning sees: the light of a line drifts."""
    escape_cost: Annotated[float, Field(gt=0)] = 10.0
    overkill_cost: Annotated[float, Field(gt=0)] = 1.0
    defect_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Share of NG in production for the threshold; None: as in the training labels."""
    escape_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    """True escape rate that the threshold promises; None: the threshold has the least expected cost."""
    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    """Share of runs in which the promise holds"""
    overkill_aim: Annotated[float, Field(gt=0, lt=1)] = 0.05
    """Share of OK images above the threshold, where there is no NG image to weigh against (anomaly)"""

    @model_validator(mode="after")
    def check_backbone(self) -> Self:
        """Refuse the file of a registered network for a name of Kenpin's own."""
        if self.architecture in PRETRAINED and self.backbone is not None:
            text = "{architecture} comes with Kenpin: leave backbone out"
            raise PydanticCustomError("backbone_not_taken", text, {"architecture": self.architecture})
        return self

    @model_validator(mode="after")
    def check_tiles(self) -> Self:
        """Refuse tiles for methods that have none, or others."""
        if self.tiles_along > 1 and self.method not in ("probe", "fine_tune"):
            raise PydanticCustomError(
                "no_tiles",
                "tiles_along is for the methods probe and fine_tune: leave it out, as {method} does not use it",
                {"method": self.method},
            )
        return self
