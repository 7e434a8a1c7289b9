"""The identity of a run's software and machine: within one identity, bits repeat."""

import hashlib
import platform
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from kenpin.domain.run.values import Identity
from kenpin_training.backbones.backbone import Backbone
from kenpin_training.determinism import threads

PACKAGES: Final = ("kenpin", "kenpin_training")
LIBRARIES: Final = (
    "imagecodecs",
    "keras",
    "numpy",
    "pillow",
    "pyarrow",
    "safetensors",
    "scikit-learn",
    "scipy",
    "tensorflow",
    "tensorflow-cpu",
    "tifffile",
)
"""Libraries whose version can change a bit of the result."""
DEVICES: Final = Path("/proc/driver/nvidia/gpus")
"""The folder in which the driver lists the devices that this container may use."""


@cache
def identity(backbone: Backbone) -> Identity:
    return Identity(
        code_digest=_code_digest(),
        weights_digest=backbone.digest,
        libraries=libraries(),
        threads=threads(),
        hardware=_hardware(),
    )


def _code_digest() -> str:
    """Return the SHA-256 over the names and bytes of all source files of Kenpin."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        spec = find_spec(package)
        assert spec is not None and spec.submodule_search_locations
        root = Path(spec.submodule_search_locations[0])
        for path in sorted(root.rglob("*.py")):
            digest.update(f"{package}/{path.relative_to(root).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@cache
def libraries() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


@cache
def accelerators() -> tuple[str, ...]:
    """Return the models of the NVIDIA devices that this process may use, without importing TensorFlow."""
    found = sorted(DEVICES.glob("*/information"))
    fields = (dict(_field(line) for line in path.read_text().splitlines() if ":" in line) for path in found)
    return tuple(field["Model"] for field in fields)


def _hardware() -> str:
    """The processor with a digest of its flags, and the accelerators: they decide which kernels run."""
    return ", ".join((_processor(), *accelerators()))


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return f"{platform.machine()} {platform.processor()}".strip()
    fields = dict(_field(line) for line in cpuinfo.read_text().splitlines() if ":" in line)
    flags = fields.get("flags", fields.get("Features", ""))
    name = fields.get("model name", platform.machine())
    return f"{name}, flags {hashlib.sha256(flags.encode()).hexdigest()[:8]}"


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()
