"""What runs in Lambda: our package and the third-party packages as layers, the handlers as code."""

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

ROOT = Path(__file__).parents[2]
RUNTIME = lambda_.Runtime.PYTHON_3_14
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")
FOR_LAMBDA = [
    *("--quiet", "--no-compile", "--require-hashes", "--only-binary=:all:", "--python-version=3.14"),
    *(f"--platform=manylinux_2_{minor}_aarch64" for minor in range(34, 16, -1)),
    "--platform=manylinux2014_aarch64",
]
UNUSED = ("bin", "pyarrow/include", "pyarrow/src", "pyarrow/tests", "pyarrow/*flight*", "pyarrow/*substrait*")
MOST_BYTES = 250 * 1024 * 1024


class Code(Construct):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.layers = [
            self._layer("Kenpin", _staged(ROOT / "layers/kenpin/python", "python")),
            self._layer("Vendor", _vendor()),
        ]
        self.handlers = _staged(ROOT / "functions", "functions")

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


def _vendor() -> lambda_.Code:
    """Installed when the stack is deployed; a synthesis for looks and tests carries the requirements alone."""
    return lambda_.Code.from_asset(
        str(ROOT / "layers/vendor"),
        asset_hash_type=aws_cdk.AssetHashType.SOURCE,
        bundling=aws_cdk.BundlingOptions(image=RUNTIME.bundling_image, local=Wheels()),
    )


@jsii.implements(aws_cdk.ILocalBundling)
class Wheels:
    """Wheels for Lambda's machine, whatever this one is; no container is needed."""

    def try_bundle(self, output_dir: str, *, image: aws_cdk.DockerImage, **_: object) -> bool:
        target = Path(output_dir) / "python"
        wanted = ["--target", str(target), "--requirement", str(ROOT / "layers/vendor/requirements.txt")]
        subprocess.run([sys.executable, "-m", "pip", "install", *FOR_LAMBDA, *wanted], check=True)
        for pattern in UNUSED:
            for path in target.glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        add_bytecode(target)
        if (size := sum(path.stat().st_size for path in target.rglob("*"))) > MOST_BYTES:
            raise ValueError(f"the layer has {size:,} bytes; Lambda takes {MOST_BYTES:,} with all layers")
        return True
