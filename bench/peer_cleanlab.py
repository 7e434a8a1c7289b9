"""The peer of `labels`: cleanlab's order of labels by quality, in an environment of its own.

A peer at bench time only; Kenpin neither ships nor imports it.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.child import run_child
from bench.peer_environment import environment_of
from kenpin_training.pipeline.probe import IsNg, Scores

RANK: Final = """
import json, sys
import numpy as np
from cleanlab.rank import get_label_quality_scores
given = json.load(open(sys.argv[1]))
ng = np.array(given["scores"])
quality = get_label_quality_scores(np.array(given["labels"]), np.stack([1 - ng, ng], axis=1))
print(json.dumps(quality.tolist()))
"""


def quality(scores: Scores, ng: IsNg) -> NDArray[np.float64]:
    """Return the quality of each label, low where it is likely wrong; `scores`: by models without the image."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "given.json"
        file.write_text(json.dumps({"scores": scores.tolist(), "labels": ng.astype(int).tolist()}))
        child = run_child([environment_of("cleanlab") / "bin" / "python", "-c", RANK, file], {})
    return np.array(json.loads(child.output))
