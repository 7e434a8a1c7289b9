"""The examples of the client's README and guide do what they say, on a running node."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from kenpin_client import Client
from tests.asynchronous import run
from tests.client.conftest import PATIENCE_S
from tests.host.running import CHECKOUT

README = CHECKOUT / "client/README.md"
GUIDE = CHECKOUT / "docs/guides/python-client.md"


def examples(page: Path) -> list[str]:
    """Return the blocks of Python of a page."""
    return re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def run_examples(page: Path) -> None:
    """Run the Python of a page, block after block, those with async too."""
    names: dict[str, object] = {}
    for example in examples(page):
        code = compile(example, page.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        waiting = eval(code, names)
        if inspect.iscoroutine(waiting):
            run(waiting)


@pytest.mark.timeout(PATIENCE_S)
def test_the_examples_run(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_examples(README)
    printed = capsys.readouterr().out.splitlines()
    assert "32 images, 0 rejected" in printed
    assert "32 judged, 0 rejected" in printed
    assert "succeeded score" in printed
    assert printed[-1] == "images then: 32"
    with Client() as client:
        line = client.dataset("line-1")
        assert printed.count("anomaly-1.jpg cracked") == 1
        labels = (workplace / "labels.csv").read_text("utf-8").splitlines()
        learnt = [row for row in labels if ",NG," in row and ",train," in row]
        assert len(line.images(verdict="NG", split="train").to_list()) == len(learnt)
        (run,) = client.runs(dataset_id="line-1")
        evaluation = client.run(run.run_id).evaluation()
        assert evaluation is not None
        assert f"escapes: {evaluation.escapes}" in printed
    run_examples(GUIDE)
    assert len(capsys.readouterr().out.splitlines()) == 16, "the NG images, with async"
