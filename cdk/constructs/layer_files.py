"""Files of the layers: wheels for Lambda's platform, which any machine installs without a container."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cdk.constructs.bytecode import add_bytecode

ROOT: Final = Path(__file__).parents[2]
HANDLERS: Final = {"functions": ROOT / "functions", "kenpin_inspect": ROOT / "edge/kenpin_inspect"}
"""The code of every function: the handlers, and the programs that run exported models."""
PYTHON: Final = "3.14"
MACHINE: Final = "aarch64"
GLIBC_MINOR: Final = 34
"""Amazon Linux 2023 has glibc 2.34."""
PIP_OPTIONS: Final = ("--quiet", "--no-compile", "--require-hashes", "--only-binary=:all:")
UNUSED_FILES: Final = (
    "bin",
    "pyarrow/include",
    "pyarrow/src",
    "pyarrow/tests",
    "pyarrow/*flight*",
)
"""Files that no function needs. tests/lambda_runtime/test_layers.py finds a library that others still need."""
MAX_LAYER_BYTES: Final = 240 * 1024 * 1024
"""The limit of one layer: Lambda takes 250 MiB of all layers and code together, and ours are small."""


def install_wheels(requirements: Path, target: Path, python: str = PYTHON, machine: str = MACHINE) -> None:
    """Install what functions need of the locked packages into `target`.

    Raises ValueError when the layer would be too large.
    """
    pip = [sys.executable, "-m", "pip", "install", *PIP_OPTIONS, *_platform(python, machine)]
    subprocess.run([*pip, "--target", str(target), "--requirement", str(requirements)], check=True)
    for pattern in UNUSED_FILES:
        for path in target.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    add_bytecode(target)
    if (size := size_of(target)) > MAX_LAYER_BYTES:
        raise ValueError(f"{requirements} makes {size:,} bytes; a layer may have {MAX_LAYER_BYTES:,}")


def _platform(python: str, machine: str) -> list[str]:
    return [
        f"--python-version={python}",
        *(f"--platform=manylinux_2_{minor}_{machine}" for minor in range(GLIBC_MINOR, 16, -1)),
        f"--platform=manylinux2014_{machine}",
    ]


def size_of(folder: Path) -> int:
    """Return the bytes of all files in the folder."""
    return sum(path.stat().st_size for path in folder.rglob("*"))


def copy_packages(packages: Mapping[str, Path], folder: Path) -> None:
    """Copy the sources of packages into the folder under these names, and add bytecode."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")
    for name, package in packages.items():
        shutil.copytree(package, folder / name, ignore=ignored)
    add_bytecode(folder)
