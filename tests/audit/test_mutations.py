"""Whatever is changed in a pack is found and named: each byte by its file, each record by its stream and version.

The manifest alone would find all of it, so in most of these somebody writes it anew after the deed, as a forger would.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.audit_pack import verify_pack
from functions.audit_pack.pack import _write_manifest as write_manifest
from tests.audit.forgery import dumped, forge_records, lines_of, rechain

Said = Callable[..., list[str]]
STREAM = "streams/dataset-cookies.jsonl"


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Said:
    """Return the findings of the verifier in a folder."""

    def said(pack: Path, keys: Path | None = None, kept: Path | None = None) -> list[str]:
        capsys.readouterr()
        verify_pack.findings.clear()
        verify_pack.check(pack, keys, kept)
        shown = capsys.readouterr().err.splitlines()
        assert len(shown) == len(verify_pack.findings)
        return shown

    return said


def manifest_anew(pack: Path) -> None:
    (pack / "manifest.json").unlink()
    write_manifest(pack, "local")


def put(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_bytes(b"".join(map(dumped, lines)))


def other(value: object) -> object:
    """As little else as can be."""
    if isinstance(value, int):
        return value + 1
    text = str(value) or "0"
    middle = len(text) // 2
    return text[:middle] + chr(ord(text[middle]) ^ 1) + text[middle + 1 :]


def deeds(body: bytes) -> Iterator[bytes]:
    """A bit of each kind of byte flipped, one dropped, one inserted, two exchanged, the end cut off, nothing left."""
    classes = {_kind(byte): place for place, byte in enumerate(body)}
    for place in {0, len(body) // 2, len(body) - 1, *classes.values()}:
        for bit in (1, 0x80):
            yield body[:place] + bytes([body[place] ^ bit]) + body[place + 1 :]
        yield body[:place] + body[place + 1 :]
        yield body[:place] + b"0" + body[place:]
    half = next(n for n in range(len(body) // 2, len(body) - 1) if body[n] != body[n + 1])
    yield body[:half] + body[half + 1 : half + 2] + body[half : half + 1] + body[half + 2 :]
    yield body[:-1]
    yield body[: len(body) // 2]
    yield b""


def _kind(byte: int) -> str:
    char = chr(byte)
    if byte >= 0x80:
        return "part of a character"
    return "letter" if char.isalpha() else "digit" if char.isdigit() else char


def test_every_kind_of_byte_in_every_file_is_guarded(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [path for path in pack.rglob("*") if path.is_file() and "schemas" not in path.parts]
    files += sorted((pack / "schemas").rglob("*.json"))[:2]
    for path in files:
        name, body = path.relative_to(pack).as_posix(), path.read_bytes()
        for changed in deeds(body):
            path.write_bytes(changed)
            verify_pack.findings.clear()
            try:
                if verify_pack.check_files(pack) != "local":
                    verify_pack.check(pack, None, None)
            except verify_pack.READ_ERRORS:
                verify_pack.findings.append(name)
            shown = capsys.readouterr().err
            assert verify_pack.findings and (name in shown or name == "manifest.json"), (name, changed[:200])
        path.write_bytes(body)


def test_every_field_of_every_commit_is_guarded(pack: Path, say: Said) -> None:
    for path in sorted((pack / "streams").iterdir()):
        lines = lines_of(path)
        for number, line in enumerate(lines):
            for field in line:
                for value in (other(line[field]), None, ""):
                    put(path, [*lines[:number], {**line, field: value}, *lines[number + 1 :]])
                    manifest_anew(pack)
                    found = say(pack)
                    assert any(
                        f"streams/{path.name} line {number + 1}: {path.stem} version " in f for f in found
                    )
            put(path, [*lines[:number], {**line, "more": 1}, *lines[number + 1 :]])
            assert say(pack)
        put(path, lines)


def test_commits_that_are_dropped_doubled_or_reordered_are_found(pack: Path, say: Said) -> None:
    path = pack / STREAM
    lines = lines_of(path)
    for number in range(len(lines)):
        for changed in (
            lines[:number] + lines[number + 1 :],
            lines[: number + 1] + lines[number:],
            [*lines[:number], *lines[number + 1 : number + 2], lines[number], *lines[number + 2 :]],
            lines[:number],
        ):
            if changed == lines:
                continue
            put(path, changed)
            manifest_anew(pack)
            assert any("dataset-cookies version" in each for each in say(pack)), (number, len(changed))
    put(path, lines)
    manifest_anew(pack)
    assert say(pack) == []


def test_every_field_of_every_head_is_guarded(pack: Path, say: Said) -> None:
    path = pack / "heads.jsonl"
    heads = lines_of(path)
    for number, head in enumerate(heads):
        for field in head:
            put(path, [*heads[:number], {**head, field: other(head[field])}, *heads[number + 1 :]])
            manifest_anew(pack)
            assert any(str(head["stream"]) in each for each in say(pack))
        put(path, heads[:number] + heads[number + 1 :])
        manifest_anew(pack)
        assert any(str(head["stream"]) in each for each in say(pack))


def test_every_field_of_every_anchor_and_key_is_guarded(pack: Path, say: Said) -> None:
    for path in sorted((pack / "anchors").iterdir()):
        body = path.read_bytes()
        line, *rest = body.split(b"\n")
        told = json.loads(line)
        changed = [{**told, field: other(value)} for field, value in told.items()]
        changed += [{k: v for k, v in told.items() if k != field} for field in told]
        for bytes_ in (
            *(b"\n".join([dumped(each)[:-1], *rest]) for each in changed),
            *_signatures(body),
            *_heads(body),
        ):
            path.write_bytes(bytes_)
            manifest_anew(pack)
            assert any(path.name in each for each in say(pack)), bytes_[:300]
        path.write_bytes(body)


def _signatures(body: bytes) -> Iterator[bytes]:
    line, signature, end = body.split(b"\n", 2)
    for place in (0, 31, 63, 64, 100, 127):
        digit = b"%x" % (int(signature[place : place + 1], 16) ^ 1)
        yield b"\n".join([line, signature[:place] + digit + signature[place + 1 :], end])
    yield b"\n".join([line, signature[:-2], end])
    yield b"\n".join([line, signature.upper(), end])
    yield body + b"\n"


def _heads(body: bytes) -> Iterator[bytes]:
    """Yield an anchor with each part of each head changed, heads left out, and lines that were not there."""
    line, signature, *rest, _ = body.split(b"\n")
    heads = json.loads(rest[0]) if rest else []
    for number, head in enumerate(heads):
        for place in range(3):
            one = [*head[:place], other(head[place]), *head[place + 1 :]]
            yield b"\n".join([line, signature, dumped([*heads[:number], one, *heads[number + 1 :]])])
        yield b"\n".join([line, signature, dumped(heads[:number] + heads[number + 1 :])])
    for lines in ([], [json.dumps(heads).encode()], [*rest, b"[]"]):
        if lines != rest:
            yield b"\n".join([line, signature, *lines, b""])


def test_anchors_that_are_missing_or_change_places_are_found(pack: Path, say: Said) -> None:
    first, second = (pack / "anchors" / f"anchor-0000000{n}.json" for n in (1, 2))
    one, two = first.read_bytes(), second.read_bytes()
    first.unlink()
    manifest_anew(pack)
    assert any(second.name in each for each in say(pack))
    first.write_bytes(two)
    second.write_bytes(one)
    manifest_anew(pack)
    assert any(first.name in each for each in say(pack))


def test_streams_that_change_places_are_found(pack: Path, say: Said) -> None:
    """Two projects with the same beginnings: the name is bound into the first hash."""
    one, two = (pack / "streams" / f"project-{id}.jsonl" for id in "pq")
    swapped = one.read_bytes(), two.read_bytes()
    two.write_bytes(swapped[0])
    one.write_bytes(swapped[1])
    manifest_anew(pack)
    found = say(pack)
    assert any("project-p version 1: the hash does not match" in each for each in found)
    assert any("project-q version 1: the hash does not match" in each for each in found)


def test_another_tenants_history_is_found(pack: Path, say: Said) -> None:
    (pack / "manifest.json").unlink()
    write_manifest(pack, "other")
    assert len([each for each in say(pack) if "version 1: the hash does not match" in each]) == 6


def test_a_stream_that_is_left_out_is_found(pack: Path, say: Said) -> None:
    (pack / STREAM).unlink()
    manifest_anew(pack)
    assert say(pack) == [f"{STREAM}: it is missing, or heads.jsonl does not name it"]


def test_a_history_rewritten_as_a_whole_is_found_by_the_packs_own_anchors(pack: Path, say: Said) -> None:
    rechain(pack, "dataset-cookies", "blurred", "cropped")
    manifest_anew(pack)
    found = say(pack)
    assert found and all("is not the history that anchor-" in each for each in found)
    assert {each.split(": ")[1] for each in found} <= {f"dataset-cookies version {n}" for n in range(30)}


def test_a_forgery_with_anchors_and_keys_of_its_own_is_found_by_what_the_auditor_keeps(
    pack: Path, say: Said, tmp_path: Path
) -> None:
    """Everything in such a pack agrees: only keys or anchors from elsewhere can tell."""
    kept, keys = tmp_path / "kept", tmp_path / "keys.txt"
    shutil.copytree(pack / "anchors", kept)
    public = json.loads((kept / "key-00000001.json").read_bytes().split(b"\n")[0])["public"]
    keys.write_text(f"# noted in March\n{public}  # since then\n")
    assert say(pack, keys, kept) == []
    rechain(pack, "dataset-cookies", "blurred", "cropped")
    forge_records(pack)
    manifest_anew(pack)
    assert say(pack) == []
    assert all("is not signed by key" in each for each in say(pack, keys)) and say(pack, keys)
    found = say(pack, None, kept)
    assert found and all(
        "dataset-cookies version" in each and "not the history that anchor-" in each for each in found
    )
