"""Bytecode beside the sources in a layer: without it a function compiles them at every cold start."""

import shutil
import subprocess
from pathlib import Path

LAMBDA_PYTHON = "python3.14"
"""As the functions' runtime; a test compares them. Bytecode of another version would lie there unused."""


def add_bytecode(folder: Path, python: str | None = None) -> bool:
    """False where this machine has no such Python: the functions then work, and start about 0.35 s later.

    Found by name and never compared with its source, so the same sources make the same layer wherever they are packed.
    What cannot be compiled (templates, tests for another Python) stays as it is.
    """
    interpreter = shutil.which(python or LAMBDA_PYTHON)
    if interpreter:
        compile = (interpreter, "-m", "compileall", "-q", "-q", "--invalidation-mode", "unchecked-hash")
        subprocess.run([*compile, "."], cwd=folder, check=False)
    return interpreter is not None
