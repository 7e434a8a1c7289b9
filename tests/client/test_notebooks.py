"""The notebooks of the Python client run from the first cell to the last, one after the other, on one node."""

import json
from pathlib import Path

import pytest

from kenpin_client import Client
from tests.client.conftest import PATIENCE_S
from tests.host.running import CHECKOUT, RunningNode

FOLDER = CHECKOUT / "client/notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def code_cells(notebook: Path) -> list[dict[str, object]]:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_kept_without_outputs(notebook: Path) -> None:
    cells = code_cells(notebook)
    assert cells
    assert [cell for cell in cells if cell["outputs"] or cell["execution_count"] is not None] == []


@pytest.mark.timeout(2 * PATIENCE_S)
def test_the_notebooks_lead_from_photos_to_a_comparison(
    node: RunningNode, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENPIN_URL", node.url)
    monkeypatch.setenv("KENPIN_TOKEN", node.token)
    monkeypatch.chdir(FOLDER)
    for notebook in NOTEBOOKS:
        names: dict[str, object] = {}
        for number, cell in enumerate(code_cells(notebook)):
            source = cell["source"]
            assert isinstance(source, list)
            exec(compile("".join(source), f"{notebook.name}, code cell {number}", "exec"), names)
    printed = capsys.readouterr().out
    assert "training-images 63 new, 0 known, none rejected" in printed
    assert "85 judged, 0 were judged before, none rejected" in printed
    assert "14 photos of this lot were learnt from" in printed
    assert "escapes: " in printed
    with Client() as client:
        statuses = [run.status for run in client.runs(dataset_id="notebook-cookies")]
    assert statuses == ["succeeded", "succeeded"]
