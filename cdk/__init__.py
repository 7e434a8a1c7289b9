"""AWS from the manifest: stacks of what keeps the truth and of the functions that work on it."""

import os
import shutil
from pathlib import Path

if not shutil.which("node"):
    os.environ.setdefault("JSII_NODE", str(Path(__file__).parents[1] / ".node/bin/node"))
