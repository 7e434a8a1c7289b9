"""A pack holds what it says, and its own program finds it sound without Kenpin."""

import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from functions.api.proof.answers import SignedRecord
from functions.http.answers import Page
from host.audit.pack import write_pack
from host.audit.scope import streams_of
from host.cli.client import Client
from host.cli.commands.verify import anchor_sources, check_all
from kenpin.bootstrap import platform
from tests.audit.conftest import verified
from tests.audit.forgery import lines_of
from tests.functions.conftest import Api, picture
from tests.silent_progress import SilentProgress


def test_a_pack_holds_everything_and_verifies(pack: Path) -> None:
    said = verified(pack)
    assert (said.code, said.findings) == (0, [])
    assert "6 of 6 streams that anchors know; 18 events, 18 of them covered" in said.summary
    assert "2 anchors" in said.summary
    assert {path.name for path in pack.iterdir()} == {
        "anchors",
        "heads.jsonl",
        "images",
        "manifest.json",
        "report.en.html",
        "report.ja.html",
        "schemas",
        "streams",
        "verify_pack.py",
    }
    assert (pack / "schemas" / "dataset" / "AnnotationSubmitted.v1.schema.json").is_file()


def test_commits_are_in_it_as_they_are_stored(pack: Path) -> None:
    stored = list(platform().events.read("dataset-cookies"))
    told = lines_of(pack / "streams" / "dataset-cookies.jsonl")
    assert [(c.first, c.count, c.hash.hex(), c.meta.decode(), c.body.decode()) for c in stored] == [
        tuple(line.values()) for line in told
    ]


def test_the_verifier_is_short_and_needs_the_standard_library_alone(pack: Path) -> None:
    """`-I -S` in `verified` leaves it nothing else; this is the length that a person can read."""
    assert len((pack / "verify_pack.py").read_text().splitlines()) < 300


def test_a_zip_verifies_too(factory: list[str], client: Client, tmp_path: Path) -> None:
    exported = write_pack(client, tmp_path / "pack.zip", None, [], "local", SilentProgress())
    assert verified(tmp_path / "pack.zip").code == 0
    with zipfile.ZipFile(tmp_path / "pack.zip") as file:
        assert exported.manifest and "manifest.json" in file.namelist()


def test_a_pack_of_one_dataset_leaves_the_others_out(
    factory: list[str], client: Client, tmp_path: Path
) -> None:
    chosen = streams_of(client, "cookies", None)
    exported = write_pack(client, tmp_path / "pack", chosen, [], "local", SilentProgress())
    names = sorted(path.stem for path in (tmp_path / "pack" / "streams").iterdir())
    assert [name.partition("-")[0] for name in names] == ["dataset", "project", "run"]
    assert exported.streams == 3
    said = verified(tmp_path / "pack")
    assert said.code == 0 and "3 of 6 streams" in said.summary


def test_the_report_tells_how_the_decisions_came_about(pack: Path, factory: list[str]) -> None:
    page = (pack / "report.en.html").read_text()
    history = page[page.index("<article>") : page.index("</article>")]
    places = [history.index(name) for name in ("image registered", "split assigned", "judged", "excluded")]
    assert places == sorted(places)
    assert factory[0] in history and factory[1] not in page
    assert "&lt;b&gt;傷&lt;/b&gt;" in history and "<b>" not in page
    assert "data:image/webp;base64," in history
    assert "<script" not in page and "http://" not in page.replace("http://www.w3.org", "")
    assert "除外" in (pack / "report.ja.html").read_text()


def test_the_verifier_says_what_it_did_not_compare(pack: Path, client: Client, tmp_path: Path) -> None:
    last = "everything holds; not compared: your keys; not compared: your anchors"
    assert verified(pack).summary.splitlines()[-1] == last
    keys = tmp_path / "keys.txt"
    keys.write_text(client.get("/proof/keys", Page[SignedRecord]).items[0].public or "")
    said = verified(pack, "--keys", keys)
    assert said.summary.splitlines()[-1] == "everything holds; not compared: your anchors"
    for option in ("--keys", "--anchors"):
        missing = tmp_path / "nowhere"
        assert verified(pack, option, missing).findings[0].startswith(f"{missing}: it cannot be checked: ")
    said = verified(pack, "--keys", keys, "--anchors", pack / "anchors")
    assert said.summary.splitlines()[-1] == "everything holds"


def test_the_bytes_of_its_pictures_are_in_it(pack: Path, factory: list[str]) -> None:
    [stored] = (pack / "images").iterdir()
    assert (stored.name, sha256(stored.read_bytes()).hexdigest()) == (factory[0], factory[0])


def test_a_picture_that_the_owner_replaced_is_named_by_the_export_and_by_the_verifier(
    factory: list[str], client: Client, tmp_path: Path
) -> None:
    stored = platform().settings.data_dir / "objects" / "images" / factory[0][:2] / factory[0]
    stored.unlink()
    stored.write_bytes(picture(77))
    exported = write_pack(client, tmp_path / "pack", None, factory[:2], "local", SilentProgress())
    digest = sha256(picture(77)).hexdigest()
    assert exported.wrong_pictures == [
        f"image {factory[0]}: its bytes were replaced; they have the digest {digest}"
    ]
    said = verified(tmp_path / "pack")
    assert (said.code, said.findings) == (
        1,
        [f"images/{factory[0]}: its bytes are not those of the picture that history registered"],
    )
    assert (tmp_path / "pack" / "report.en.html").read_text().count("data:image/webp") == 1


def test_a_picture_whose_bytes_are_gone_is_named(factory: list[str], client: Client, tmp_path: Path) -> None:
    (platform().settings.data_dir / "objects" / "images" / factory[0][:2] / factory[0]).unlink()
    exported = write_pack(client, tmp_path / "pack", None, factory[:1], "local", SilentProgress())
    assert [said.partition(": ")[2][:25] for said in exported.wrong_pictures] == ["its bytes cannot be read:"]


def test_the_report_tells_in_which_runs_the_image_was(pack: Path) -> None:
    page = (pack / "report.en.html").read_text()
    asked = json.loads(next((pack / "streams").glob("run-*")).read_text().splitlines()[0])["body"]
    assert json.loads(asked)[0]["run_id"] in page


def test_history_that_anchors_know_verifies_through_the_api(pack: Path, client: Client) -> None:
    records, findings = anchor_sources(client, "local", None, pack / "anchors")
    assert (len(records), findings) == (6, [])


@pytest.mark.parametrize("kept", [False, True])
def test_a_history_rewritten_as_a_whole_is_found(
    pack: Path, client: Client, api: Api, kept: bool, prepared_database_url: str
) -> None:
    """Whoever owns the database puts another history there, whose chain holds."""
    import psycopg

    from kenpin.domain.anchor import marks
    from kenpin.domain.commit import Head
    from tests.audit.forgery import rewrite

    heads = [head for head in platform().events.heads() if head.stream == "dataset-cookies"]
    with psycopg.connect(prepared_database_url) as owner:
        forged = rewrite(owner, "dataset-cookies", b"blurred", b"cropped")
    records, _ = anchor_sources(client, "local", None, pack / "anchors" if kept else None)
    known = {"dataset-cookies": marks(records)["dataset-cookies"]}
    found = list(
        check_all(
            client, [Head("dataset-cookies", heads[0].version, forged)], "local", known, {}, lambda _: None
        )
    )
    assert [finding.version for finding in found] == sorted(known["dataset-cookies"])
    assert all("it was rewritten" in finding.what for finding in found)
