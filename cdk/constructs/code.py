"""Code that runs in Lambda: our package and the third-party packages as layers, the handlers as code."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import aws_cdk
import jsii
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.layer_files import HANDLERS, ROOT, copy_packages, install_wheels
from functions.manifest import Function

RUNTIME = lambda_.Runtime.PYTHON_3_14


class Code(Construct):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.kenpin = self._layer("Kenpin", _staged_code({"python": ROOT / "layers/kenpin/python"}))
        self.handlers = _staged_code(HANDLERS)
        self._package_layers: dict[str, lambda_.LayerVersion] = {}

    def layers_of(self, function: Function) -> list[lambda_.ILayerVersion]:
        """Return our layer, the layer of all handlers, and the large packages that this function needs."""
        return [self.kenpin, *(self._package(name) for name in ("vendor", *function.needs))]

    def _package(self, name: str) -> lambda_.LayerVersion:
        if name not in self._package_layers:
            self._package_layers[name] = self._layer(name.capitalize(), _package_layers(name))
        return self._package_layers[name]

    def _layer(self, id: str, code: lambda_.Code) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            id,
            code=code,
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[lambda_.Architecture.ARM_64],
        )


def _staged_code(packages: Mapping[str, Path]) -> lambda_.Code:
    """Copy packages under the names that Lambda looks for."""
    staged = Path(tempfile.mkdtemp()) / "code"
    copy_packages(packages, staged)
    return lambda_.Code.from_asset(str(staged))


def _package_layers(name: str) -> lambda_.Code:
    """Return packages that are installed at deployment; a synthesis for tests contains the requirements alone."""
    folder = ROOT / "layers" / name
    return lambda_.Code.from_asset(
        str(folder),
        asset_hash_type=aws_cdk.AssetHashType.SOURCE,
        bundling=aws_cdk.BundlingOptions(image=RUNTIME.bundling_image, local=Wheels(folder)),
    )


@jsii.implements(aws_cdk.ILocalBundling)
class Wheels:
    """Makes a layer of wheels at deployment."""

    def __init__(self, folder: Path) -> None:
        self._requirements = folder / "requirements.txt"

    def try_bundle(self, output_dir: str, *, image: aws_cdk.DockerImage, **_: object) -> bool:
        install_wheels(self._requirements, Path(output_dir) / "python")
        return True
