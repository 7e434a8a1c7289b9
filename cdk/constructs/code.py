"""Code that runs in Lambda: our package and the third-party packages as layers, the handlers as code."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import aws_cdk
import jsii
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.bytecode import add_bytecode
from functions.manifest import Function

ROOT = Path(__file__).parents[2]
RUNTIME = lambda_.Runtime.PYTHON_3_14
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")
FOR_LAMBDA = [
    *("--quiet", "--no-compile", "--require-hashes", "--only-binary=:all:", "--python-version=3.14"),
    *(f"--platform=manylinux_2_{minor}_aarch64" for minor in range(34, 16, -1)),
    "--platform=manylinux2014_aarch64",
]
UNUSED = ("bin", "pyarrow/include", "pyarrow/src", "pyarrow/tests", "pyarrow/*flight*", "pyarrow/*substrait*")
MOST_BYTES = 240 * 1024 * 1024
"""Of one layer: Lambda takes 250 MiB of all layers and code together, and ours are small."""


class Code(Construct):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.kenpin = self._layer("Kenpin", _staged(ROOT / "layers/kenpin/python", "python"))
        self.handlers = _staged(ROOT / "functions", "functions")
        self._packages: dict[str, lambda_.LayerVersion] = {}

    def layers_of(self, function: Function) -> list[lambda_.ILayerVersion]:
        """Ours, what all handlers need, and the large packages that this one needs."""
        return [self.kenpin, *(self._package(name) for name in ("vendor", *function.needs))]

    def _package(self, name: str) -> lambda_.LayerVersion:
        if name not in self._packages:
            self._packages[name] = self._layer(name.capitalize(), _packages(name))
        return self._packages[name]

    def _layer(self, id: str, code: lambda_.Code) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            id,
            code=code,
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[lambda_.Architecture.ARM_64],
        )


def _staged(package: Path, name: str) -> lambda_.Code:
    """A copy of our own, under the name that Lambda looks for, with bytecode beside it."""
    staged = Path(tempfile.mkdtemp()) / "code"
    shutil.copytree(package, staged / name, ignore=LEFT_OUT)
    add_bytecode(staged)
    return lambda_.Code.from_asset(str(staged))


def _packages(name: str) -> lambda_.Code:
    """Installed when the stack is deployed; a synthesis for looks and tests carries the requirements alone."""
    folder = ROOT / "layers" / name
    return lambda_.Code.from_asset(
        str(folder),
        asset_hash_type=aws_cdk.AssetHashType.SOURCE,
        bundling=aws_cdk.BundlingOptions(image=RUNTIME.bundling_image, local=Wheels(folder)),
    )


@jsii.implements(aws_cdk.ILocalBundling)
class Wheels:
    """Wheels for Lambda's machine, whatever this one is; no container is needed."""

    def __init__(self, folder: Path) -> None:
        self._requirements = folder / "requirements.txt"

    def try_bundle(self, output_dir: str, *, image: aws_cdk.DockerImage, **_: object) -> bool:
        target = Path(output_dir) / "python"
        wanted = ["--target", str(target), "--requirement", str(self._requirements)]
        subprocess.run([sys.executable, "-m", "pip", "install", *FOR_LAMBDA, *wanted], check=True)
        for pattern in UNUSED:
            for path in target.glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        add_bytecode(target)
        if (size := sum(path.stat().st_size for path in target.rglob("*"))) > MOST_BYTES:
            raise ValueError(f"{self._requirements} makes {size:,} bytes; a layer may have {MOST_BYTES:,}")
        return True
