"""The files of registered networks on this machine, compared with their digest whenever they are used."""

import shutil
import uuid
from pathlib import Path

from msgspec import Struct

from kenpin.application.backbones import backbone_file
from kenpin.application.digest import sha256_of
from kenpin.bootstrap import Platform
from kenpin.domain.ids import Sha256
from kenpin.domain.recipe import Recipe

_PATHS: dict[Sha256, Path] = {}


class UnusableBackbone(Exception):
    """A registered network cannot be used as its registration says."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"network {name} cannot be used: {why}; register another file, or name other taps")


class KerasFile(Struct, frozen=True):
    """A registered network: its file by digest, and how pictures go in and maps come out."""

    name: str
    digest: Sha256
    taps: tuple[str, ...]
    """The layers whose maps become features and patches"""
    mean: float = 0.0
    scale: float = 1.0
    """The network sees (pixel - mean) / scale, of pixels 0..255 in the order RGB."""


def fetch_backbone(platform: Platform, recipe: Recipe) -> None:
    """Copy the file of the recipe's registered network, if it names one, to this machine. Raises NotFound."""
    if recipe.backbone is None:
        return
    path = platform.settings.data_dir / "cache" / "backbones" / f"{recipe.backbone}.keras"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{uuid.uuid4().hex}.part")
        with platform.objects.open(backbone_file(recipe.backbone)) as body, aside.open("xb") as file:
            shutil.copyfileobj(body, file)
        aside.replace(path)
    _PATHS[recipe.backbone] = path


def path_of(name: str, digest: Sha256) -> Path:
    """Return the file of a network that was fetched. Raises UnusableBackbone when its bytes are damaged."""
    path = _PATHS[digest]
    with path.open("rb") as file:
        found = sha256_of(file)
    if found != digest:
        path.unlink()  # the next attempt fetches it anew
        raise UnusableBackbone(name, f"its file has digest {found[:12]}…, not {digest[:12]}…")
    return path
