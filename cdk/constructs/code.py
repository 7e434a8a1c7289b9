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

ROOT = Path(__file__).parents[2]
RUNTIME = lambda_.Runtime.PYTHON_3_13
LEFT_OUT = ["**/__pycache__", "**/*.pyc"]


class Code(Construct):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.layers = [
            self._layer("Kenpin", lambda_.Code.from_asset(str(ROOT / "layers/kenpin"), exclude=LEFT_OUT)),
            self._layer("Vendor", _vendor()),
        ]
        self.handlers = _handlers()

    def _layer(self, id: str, code: lambda_.Code) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            id,
            code=code,
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[lambda_.Architecture.ARM_64],
        )


def _handlers() -> lambda_.Code:
    """The package `functions` by its own name."""
    staged = Path(tempfile.mkdtemp()) / "code"
    shutil.copytree(ROOT / "functions", staged / "functions", ignore=shutil.ignore_patterns("__pycache__"))
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
        requirements = str(ROOT / "layers/vendor/requirements.txt")
        platform = ["--platform=manylinux2014_aarch64", "--python-version=3.13", "--only-binary=:all:"]
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--require-hashes"]
        target = ["--target", f"{output_dir}/python"]
        subprocess.run([*install, *platform, *target, "--requirement", requirements], check=True)
        return True
