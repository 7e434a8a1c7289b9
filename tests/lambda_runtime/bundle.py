"""The layers as a deployment bundles them, for Lambda's machine or for this one, kept between test sessions."""

import platform
import shutil
import sys
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

from cdk.constructs import layer_files
from functions.manifest import Function

ROOT: Final = Path(__file__).parents[2]
HERE: Final = (f"{sys.version_info.major}.{sys.version_info.minor}", platform.machine())
"""Python and machine of this process: the runtime interface client runs on them."""
LAMBDA: Final = (layer_files.PYTHON, layer_files.MACHINE)


class Bundle:
    """The folders of the layers of one platform."""

    def __init__(self, cache: Path, target: tuple[str, str]) -> None:
        self._cache, (self.python, self.machine) = cache, target

    def layer(self, name: str) -> Path:
        """Return the `python` folder of a layer; install it when it is not kept from an earlier session."""
        requirements = ROOT / "layers" / name / "requirements.txt"
        sources = requirements.read_bytes() + Path(layer_files.__file__).read_bytes()
        kept = self._cache / f"{name}-{self.python}-{self.machine}-{sha256(sources).hexdigest()[:16]}"
        if not kept.exists():
            self._forget(name)
            with tempfile.TemporaryDirectory(dir=self._cache) as making:
                layer_files.install_wheels(requirements, Path(making) / "python", self.python, self.machine)
                (Path(making) / "python").rename(kept)
        return kept

    def _forget(self, name: str) -> None:
        for old in self._cache.glob(f"{name}-{self.python}-{self.machine}-*"):
            shutil.rmtree(old)

    def layers_of(self, function: Function) -> list[Path]:
        return [self.layer(name) for name in ("vendor", *function.needs)]


def unpacked(layers: Iterable[Path], folder: Path) -> Path:
    """Lay layers over each other as Lambda unpacks them into /opt, by hard links."""
    for layer in layers:
        shutil.copytree(layer, folder, copy_function=_link, dirs_exist_ok=True)
    return folder


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
