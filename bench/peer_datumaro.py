"""The peer of `import`: Datumaro's reader of a folder for each class, in an environment of its own."""

from pathlib import Path
from typing import Final

from bench.child import Child, run_child
from bench.peer_environment import environment_of

READ: Final = """
import hashlib, sys
from datumaro.components.dataset import Dataset
for item in Dataset.import_from(sys.argv[1], "imagenet"):
    hashlib.sha256(item.media.bytes).digest()
"""


def read(folder: Path) -> Child:
    """List the folder, and read and digest every file."""
    return run_child([environment_of("datumaro") / "bin" / "python", "-c", READ, folder], {})
