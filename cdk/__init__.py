"""AWS from the manifest: the stacks of a stage."""

import os
import shutil
from pathlib import Path

if not shutil.which("node"):
    os.environ.setdefault("JSII_NODE", str(Path(__file__).parents[1] / ".node/bin/node"))
