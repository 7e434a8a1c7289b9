"""Environments of peers: each has its own, with locked packages, below build/."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.report import print_progress

ROOT: Final = Path(__file__).resolve().parent.parent


def environment_of(peer: str) -> Path:
    """Return the environment of the peer in bench/<peer>, installed when its lock file is new."""
    lock, environment = ROOT / "bench" / peer / "requirements.txt", ROOT / "build" / peer
    stamp = environment / "lock"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return environment
    print_progress(f"installing {peer} into build/{peer} …")
    shutil.rmtree(environment, ignore_errors=True)
    uv: list[str | Path] = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--quiet", environment], check=True)
    python = environment / "bin" / "python"
    sync: list[str | Path] = ["pip", "sync", "--quiet", "--require-hashes", "--python", python, lock]
    subprocess.run([*uv, *sync], check=True)
    shutil.copyfile(lock, stamp)
    return environment
