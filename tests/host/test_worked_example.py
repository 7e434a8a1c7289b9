"""The worked example of the guide: every command of the page is typed, in its order, and says what the page shows."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from functions.runtime.event import Json
from host.issuer.mint import mint
from kenpin.settings import Settings
from tests.host.running import CHECKOUT, RunningNode, environment

GUIDE: Final = CHECKOUT / "docs/guides/worked-example.md"
FENCE: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PERSON: Final = re.compile(r"^([a-z][a-z0-9-]*)\$ (?!kenpin login$)(.*)$", re.MULTILINE)
"""Commands typed in terminals of their own. Signing in takes a browser: the test gives its result."""
END: Final = "== end of a block =="
PATIENCE_S: Final = 480
"""Under a minute on a machine with nothing else to do; some machines have more to do than they can."""
pytestmark = pytest.mark.timeout(PATIENCE_S + 60)


@dataclass(frozen=True)
class Block:
    typed: str
    shown: list[str]
    """Return the output that the page shows for a block, if any."""


@dataclass(frozen=True)
class Played:
    node: RunningNode
    printed: list[str]
    """Return the output of each block, on both channels."""
    exit_code: int


def blocks() -> list[Block]:
    fences = FENCE.findall(GUIDE.read_text("utf-8"))
    followed_by = [*fences[1:], ("", "")]
    return [
        Block(
            body
            if kind == "sh"
            else "\n".join(f"as_person {who} {what}" for who, what in PERSON.findall(body)),
            shown.splitlines() if kind_shown == "text" else [],
        )
        for (kind, body), (kind_shown, shown) in zip(fences, followed_by, strict=True)
        if kind in ("sh", "console")
    ]


def script(signed_in: dict[str, str]) -> str:
    """One shell for the whole page, which stops at the first command that fails."""
    tokens = " ".join(f"[{who}]={token}" for who, token in signed_in.items())
    prelude = [
        "set -euo pipefail",
        f"declare -A signed_in=({tokens})",
        'as_person() { KENPIN_TOKEN="${signed_in[$1]}" "${@:2}"; }',
    ]
    return "\n".join([*prelude, *(f"{block.typed}\necho '{END}'" for block in blocks())])


def first_admin(node: RunningNode) -> str:
    """Its id, which is drawn."""
    command = [str(CHECKOUT / ".venv/bin/kenpin"), "member", "first-admin", "--email", "aya@factory.example",
               "--name", "Aya", "--password-stdin", "--json"]  # fmt: skip
    given = environment(url=node.url, data_dir=node.folder)
    done = subprocess.run(
        command, input="a long enough password\n", env=given, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["actor"])


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("worked")
    with RunningNode(folder / "data", training_workers=1) as node:
        settings = Settings(data_dir=node.folder, public_url=node.url)
        people = {"admin": first_admin(node), **{each: each for each in ("qa-1", "insp-7", "audit-1")}}
        typed = script({who: mint(settings, actor) for who, actor in people.items()})
        home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "COLUMNS": "400"}
        done = subprocess.run(
            ["bash", "-c", typed],
            cwd=CHECKOUT,
            env=environment(url=node.url) | home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_S,
        )
        yield Played(node, done.stdout.split(END), done.returncode)


def asked(played: Played, path: str, **query: str) -> Json:
    answer: Json = played.node.http.get(f"/v1/datasets/cookies{path}", params=query).raise_for_status().json()
    return answer


def images(played: Played, **query: str) -> dict[str, Json]:
    return {each["name"]: each for each in asked(played, "/images", limit="1000", **query)["items"]}


def test_no_command_of_the_page_fails_unless_the_page_says_so(played: Played) -> None:
    assert (played.exit_code, len(played.printed) - 1) == (0, len(blocks())), played.printed[-1]


def test_the_page_shows_what_is_printed(played: Played) -> None:
    """Line by line, in order; `…` stands for anything, and for lines that are left out."""
    missing = []
    for block, printed in zip(blocks(), played.printed, strict=False):
        rest = iter(" ".join(line.split()) for line in printed.splitlines())
        for line in filter(lambda line: line != "…", block.shown):
            pattern = ".*".join(map(re.escape, " ".join(line.split()).split("…")))
            if not any(re.fullmatch(pattern, each) for each in rest):
                missing.append(f"{line!r} is not in\n{printed}")
                break
    assert missing == []


def test_forty_old_labels_were_listed_and_answered_and_kept_their_masks(played: Played) -> None:
    listed = {each["cause"]["what"]: each for each in asked(played, "/readjudications")["items"]}
    old = listed["class_retired"]
    assert (old["size"], old["open"], old["changed"]) == (40, 0, 40)
    assert listed["sample_approved"]["size"] == 20
    before, after = images(played, as_of="before-the-split"), images(played, as_of="after-the-split")
    masks = {
        name: image["defects"][0]["mask"] for name, image in before.items() if name.startswith("anomaly")
    }
    assert len(set(masks.values())) == 32
    assert {name: after[name]["defects"][0]["mask"] for name in masks} == masks


def test_the_wrong_label_is_gone_and_what_a_person_decided_later_survived(played: Played) -> None:
    tray = [f"normal-{number}.jpg" for number in range(1, 32)]
    now = images(played)
    verdicts = [now[name]["verdict"] for name in tray]
    assert (verdicts.count("OK"), verdicts.count("NG"), now["normal-3.jpg"]["verdict"]) == (30, 0, "HOLD")
    assert now["normal-3.jpg"]["annotation"]["by"] == "qa-1"
    kinds = asked(played, "/diff", **{"from": "after-the-split", "to": "after-the-undo"})["summary"]["kinds"]
    assert kinds == {"relabelled": 1}


def test_the_changed_bit_is_found_where_it_is(played: Played) -> None:
    history = asked(played, f"/images/{images(played)['anomaly-5.jpg']['image_id']}/history")["items"]
    (changed,) = [each["version"] for each in history if each["data"].get("reason") == "loose indeed"]
    assert f"dataset-cookies version {changed}: the hash does not match the bytes" in played.printed[-2]
