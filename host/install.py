"""Makes .venv from a lock file: `python3 host/install.py run|dev`. Needs the standard library only."""

import hashlib
import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
IMPORT_ROOTS = (
    ROOT,
    ROOT / "layers" / "kenpin" / "python",
    ROOT / "training_container",
    ROOT / "edge",
    ROOT / "client",
)
COMMAND = """#!/bin/sh
exec {python} -P -m host.cli "$@"
"""


def main(level: str) -> None:
    """Bring .venv to the lock of `level`; test tools that are there stay there."""
    _require_python()
    if _stamp("place") != _environment_id():
        _make_environment()
    if _stamp(level) != _digest(level):
        _sync("dev" if _stamp("dev") else level)
    _install_checkout()


def _require_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036, this file is what meets an old Python
        _exit(f"Kenpin needs Python 3.11 or newer, {sys.executable} is older; try: make PYTHON=python3.12 …")
    if importlib.util.find_spec("ensurepip") is None:
        _exit(
            f"{sys.executable} has no ensurepip to make .venv with; on Debian: apt-get install python3-venv"
        )


def _make_environment() -> None:
    """Make a fresh environment with uv. One of another folder or another Python is deleted."""
    print("Making .venv …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(_locked_requirement("uv", LOCKS["run"].read_text()))
        only_uv.flush()
        _run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", only_uv.name)
    _write_stamp("place", _environment_id())


def _sync(level: str) -> None:
    """Install missing packages and remove others. The lock of `dev` contains that of `run`."""
    lock = LOCKS[level]
    print(f"Installing {lock.name} into .venv (some minutes the first time) …", flush=True)
    _run(PYTHON, "-m", "uv", "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, lock)
    for installed in {"run", level}:
        _write_stamp(installed, _digest(installed))


def _install_checkout() -> None:
    """Let every folder's programs import the checkout, and put `kenpin` beside python."""
    site_packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
    _write(site_packages / "kenpin.pth", "".join(f"{path}\n" for path in IMPORT_ROOTS))
    command = VENV / "bin" / "kenpin"
    _write(command, COMMAND.format(python=shlex.quote(str(PYTHON))))
    command.chmod(0o755)


def _locked_requirement(name: str, lock: str) -> str:
    """Return the entry of one package of a lock file, with its hashes."""
    found = re.search(rf"^{name}==(?:.*\\\n)*.*", lock, flags=re.MULTILINE)
    if found is None:
        _exit(f"the lock names no {name}; run: make lock")
    return found.group() + "\n"


def _environment_id() -> str:
    return f"{ROOT} {sys.version_info.major}.{sys.version_info.minor}"


def _digest(level: str) -> str:
    return hashlib.sha256(LOCKS[level].read_bytes()).hexdigest()


def _stamp(name: str) -> str:
    path = VENV / f"stamp-{name}"
    return path.read_text() if path.exists() else ""


def _write_stamp(name: str, text: str) -> None:
    _write(VENV / f"stamp-{name}", text)


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def _run(*command: "str | Path") -> None:
    finished = subprocess.run([str(part) for part in command])
    if finished.returncode:
        _exit(f"`{' '.join(map(str, command[1:5]))} …` failed; see above, then run the same command again")


def _exit(message: str) -> NoReturn:
    sys.exit(f"setup: {message}")


if __name__ == "__main__":
    main(sys.argv[1])
