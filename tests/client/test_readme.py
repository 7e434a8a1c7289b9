"""The example of the client's README does what it says, on a running node."""

import re
from pathlib import Path

import pytest

from kenpin_client import Client
from tests.client.conftest import PATIENCE_S
from tests.host.running import CHECKOUT

README = CHECKOUT / "client/README.md"


@pytest.mark.timeout(PATIENCE_S)
def test_the_example_runs(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    exec(compile(example, str(README), "exec"), {})
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
