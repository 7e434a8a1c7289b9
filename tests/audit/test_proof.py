"""The proof of one decision holds offline, shows no other stream, and every change of it is found."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from functions.audit_pack import verify_pack
from host.audit.proof import prove
from host.cli.client import Client
from host.cli.failures import Refused
from kenpin.bootstrap import platform
from kenpin.domain.anchor import FIRST, Anchor, Anchored, message, read
from tests.audit.conftest import verified
from tests.audit.test_mutations import other
from tests.functions.conftest import Api


@pytest.fixture
def proof(factory: list[str], client: Client, tmp_path: Path) -> Path:
    """Of the first image's judgement, which other commits followed."""
    path = tmp_path / "proof.json"
    path.write_bytes(msgspec.json.encode(prove(client, "cookies", factory[0], None, "local")))
    return path


def test_a_proof_holds_without_kenpin_and_names_no_other_stream(proof: Path, factory: list[str]) -> None:
    said = verified(proof)
    assert (said.code, said.findings) == (0, [])
    assert (
        "AnnotationSubmitted" in said.summary and "inspector" in said.summary and factory[0] in said.summary
    )
    assert "which the proof itself names" in said.summary
    text = proof.read_text()
    assert len(text) < 5_000
    others = {head.stream for head in platform().events.heads()} - {"dataset-cookies"}
    assert others and not any(stream in text for stream in others)


def test_a_proof_is_held_against_keys_and_anchors_that_an_auditor_keeps(
    proof: Path, pack: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(json.loads(proof.read_bytes())["key"])
    said = verified(proof, "--keys", keys, "--anchors", pack / "anchors")
    assert said.code == 0 and "which you trust" in said.summary
    keys.write_text("ab" * 32)
    assert "none that counts" in verified(proof, "--keys", keys).findings[0]
    shutil.copy(pack / "anchors" / "anchor-00000002.json", pack / "anchors" / "anchor-00000001.json")
    assert "is not your anchor-00000001.json" in verified(proof, "--anchors", pack / "anchors").findings[0]


def test_every_change_of_a_proof_is_found(proof: Path) -> None:
    told = json.loads(proof.read_bytes())
    for change in _changes(told):
        proof.write_text(json.dumps({**told, **change}))
        verify_pack.findings.clear()
        try:
            verify_pack.check_proof(proof, None, None)
        except verify_pack.READ_ERRORS:
            continue
        assert verify_pack.findings, change


def _changes(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, value in told.items():
        match value:
            case dict():
                yield from ({name: {**value, part: other(old)}} for part, old in value.items())
            case list():
                yield {name: value[:-1]}
                for place, old in enumerate(value):
                    new = [*old[:-1], other(old[-1])] if isinstance(old, list) else other(old)
                    yield {name: [*value[:place], new, *value[place + 1 :]]}
            case _:
                yield {name: other(value)}


def test_an_event_that_is_not_about_the_image_and_an_unknown_version_are_refused(
    factory: list[str], client: Client, api: Api
) -> None:
    refused: Callable[[int], Any] = lambda version: prove(client, "cookies", factory[0], version, "local")  # noqa: E731
    with pytest.raises(Refused, match="does not speak of image"):
        refused(1)
    with pytest.raises(Refused, match="has no version 99"):
        refused(99)
    api.post(
        "/v1/datasets/cookies/images",
        {"images": [{"digest": api.image(9, project_id="p"), "name": "new.png"}]},
    )
    new = api.get("/v1/datasets/cookies/images?verdict=unlabelled").json["items"][0]["image_id"]
    with pytest.raises(Refused, match="has no judgement"):
        prove(client, "cookies", new, None, "local")


def test_anchors_of_before_the_tree_are_still_read() -> None:
    head = Anchored("dataset-d", 3, "ab" * 32)
    line = msgspec.json.encode(Anchor(1, "local", "2026-01-01T00:00:00+00:00", "k", FIRST, heads=(head,)))
    assert b"root" not in line and message(line)
    record = read("anchor-00000001.json", line + b"\n" + b"00" * 64 + b"\n")
    assert record.heads == (head,)
