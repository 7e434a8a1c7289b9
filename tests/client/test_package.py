"""The package of the Python client, installed in a project outside of the checkout."""

import shutil
import subprocess
import sys
import sysconfig
import textwrap
import venv
from importlib import metadata
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement

import kenpin
from tests.client.test_readme import GUIDE, README, examples
from tests.host.running import CHECKOUT

PROGRAM: Final = """
import asyncio
from kenpin_client import AsyncClient, Client, Recipe
from kenpin_client.schemas import Image


def names(client: Client) -> list[str]:
    images: list[Image] = client.dataset("line-1").images(verdict="NG", as_of="first").to_list()
    return [image.capture.lot or image.name for image in images]


async def escapes(client: AsyncClient) -> int | None:
    run = await client.dataset("line-1").train(Recipe(method="anomaly"))
    finished = await run.wait(progress=lambda now: print(now.stage))
    return finished.evaluation.escapes if finished.evaluation else None


def table() -> None:
    with Client() as client:
        print(client.dataset("line-1").images().to_pandas())
"""
WRONG: Final = """
from kenpin_client import Client, Recipe

client = Client()
client.dataset("line-1").images(verdict="BAD")
Recipe(method="magic")
client.dataset("line-1").get().pictures
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the built package and what it requires, and nothing else."""
    folder = tmp_path_factory.mktemp("outside")
    source = shutil.copytree(CHECKOUT / "client", folder / "client")
    build = ("uv", "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable)
    subprocess.run((sys.executable, "-m", *build, "-o", folder, source), check=True)
    (wheel,) = folder.glob("*.whl")
    assert wheel.name.startswith(f"kenpin_client-{kenpin.__version__}-")
    venv.create(folder / "venv")
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder / "venv")}))
    shutil.unpack_archive(wheel, packages, "zip")
    for file in {part for name in required("kenpin-client", packages) for part in parts_of(name)}:
        (packages / file).symlink_to(Path(sysconfig.get_path("purelib")) / file)
    return folder / "venv/bin/python"


def required(name: str, place: Path | None = None) -> set[str]:
    """Return the packages that a package requires, and those that they require, without extras."""
    (found,) = (
        metadata.distributions(name=name, path=[str(place)]) if place else [metadata.distribution(name)]
    )
    wanted = [Requirement(each) for each in found.requires or ()]
    direct = {each.name for each in wanted if not each.marker or each.marker.evaluate({"extra": ""})}
    return direct | {below for each in direct for below in required(each)}


def parts_of(name: str) -> set[str]:
    """Return the files and folders of an installed package in site-packages."""
    return {
        file.parts[0] for file in metadata.files(name) or () if file.parts[0] not in ("..", "__pycache__")
    }


def checked(python: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Check the program with mypy, as its project would."""
    folder = python.parents[2] / "project"
    folder.mkdir(exist_ok=True)
    (folder / "main.py").write_text(program, "utf-8")
    strict = ("--strict", "--no-color-output", "--python-executable", str(python), "main.py")
    return subprocess.run((sys.executable, "-m", "mypy", *strict), cwd=folder, capture_output=True, text=True)


def test_the_built_package_is_imported_alone(python: Path) -> None:
    program = (
        "import kenpin_client, importlib.util as u; print(kenpin_client.__file__, u.find_spec('kenpin'))"
    )
    done = subprocess.run(
        (python, "-c", program), cwd=python.parent, capture_output=True, text=True, check=True
    )
    place, _, platform = done.stdout.rpartition(" ")
    assert (Path(place).is_relative_to(python.parents[1]), platform.strip()) == (True, "None")


def test_a_typed_project_passes_mypy_strict(python: Path) -> None:
    done = checked(python, PROGRAM)
    assert done.stdout == "Success: no issues found in 1 source file\n", done.stderr


@pytest.mark.parametrize("page", [README, GUIDE], ids=["readme", "guide"])
def test_the_examples_pass_mypy_strict(python: Path, page: Path) -> None:
    """Examples with async stand in a function, as in a program."""
    blocks = [
        f"async def program() -> None:\n{textwrap.indent(each, '    ')}" if "async with" in each else each
        for each in examples(page)
    ]
    done = checked(python, "\n".join(blocks))
    assert done.stdout == "Success: no issues found in 1 source file\n", done.stderr


def test_what_the_platform_does_not_know_is_found_by_mypy(python: Path) -> None:
    found = checked(python, WRONG).stdout
    lines = [line.split(":")[1] for line in found.splitlines() if "error: " in line]
    assert lines == ["5", "6", "7"], found
