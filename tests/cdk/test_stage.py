"""Stages: chosen by name, described whole, and nothing else."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("_node")


def test_dev_and_prod_are_described_whole() -> None:
    from aws_cdk import App

    from cdk.app import context
    from cdk.stage import Stage

    for name in ("dev", "prod"):
        stage = Stage.chosen(App(context=context(stage=name)).node)
        assert stage.name == name
        assert stage.stack("core") == f"Kenpin-{name}-core"
        assert stage.parameter("database-url") == f"/kenpin/{name}/database-url"


def test_a_stage_that_nobody_described_is_refused() -> None:
    from aws_cdk import App

    from cdk.app import context
    from cdk.stage import Stage

    with pytest.raises(ValueError, match=r"cdk\.json has no stage staging; choose one of dev, prod"):
        Stage.chosen(App(context=context(stage="staging")).node)


def test_a_parameter_that_nobody_reads_is_refused() -> None:
    from aws_cdk import App

    from cdk.stage import Stage

    with pytest.raises(TypeError, match="tenantt"):
        Stage.chosen(App(context={"stage": "dev", "stages": {"dev": {"tenantt": "kenpin"}}}).node)


def test_data_is_deployed_before_core(assembly: Path) -> None:
    import json

    manifest = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    assert "Kenpin-dev-data" in manifest["Kenpin-dev-core"]["dependencies"]
