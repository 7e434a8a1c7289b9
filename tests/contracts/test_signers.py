"""The contract of every signer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from functions.audit_pack.verify_pack import is_signed as is_signed_in_plain_python
from host.audit.signatures import is_signed
from kenpin.adapters.aws.signing_key import KmsSigner
from kenpin.adapters.filesystem.anchor_records import FilesystemAnchorRecords
from kenpin.adapters.filesystem.signing_key import FileSigner
from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.application.anchors import Anchors
from kenpin.ports import CannotSign, Signer


class FakeKms:
    """As KMS answers for a key of the kind ECC_NIST_EDWARDS25519; moto does not know the kind."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def get_public_key(self, *, KeyId: str) -> dict[str, bytes]:
        """The key as SubjectPublicKeyInfo in DER, which is what KMS gives."""
        assert KeyId == "arn:key"
        public = self._key.public_key()
        return {"PublicKey": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def sign(
        self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str
    ) -> dict[str, bytes]:
        assert (KeyId, MessageType, SigningAlgorithm) == ("arn:key", "RAW", "ED25519_SHA_512")
        assert len(Message) <= 4096, "KMS takes no longer message"
        return {"Signature": self._key.sign(Message)}


class KilledBeforeItSucceeds(FileSigner):
    def succeed(self) -> None:
        raise KeyboardInterrupt


@pytest.fixture(params=["file", "kms"])
def signer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Signer]:
    if request.param == "kms":
        yield KmsSigner("arn:key", FakeKms())
    else:
        yield FileSigner(tmp_path / "keys" / "anchor.pem", FilesystemAnchorRecords(tmp_path / "anchors"))


def test_only_the_signed_message_verifies(signer: Signer) -> None:
    public, signature = signer.public(), signer.sign(b"message")
    assert (len(public), len(signature)) == (32, 64)
    for check in (is_signed, is_signed_in_plain_python):
        assert check(public, b"message", signature)
        assert not check(public, b"massage", signature)
        assert not check(public, b"message", bytes([signature[0] ^ 1]) + signature[1:])
        assert not check(bytes([public[0] ^ 1]) + public[1:], b"message", signature)


def test_the_key_stays_the_same(signer: Signer) -> None:
    assert signer.public() == signer.public()


def test_a_key_of_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "anchor.pem"
    FileSigner(path, FilesystemAnchorRecords(tmp_path / "anchors")).public()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in path.parent.iterdir()] == ["anchor.pem"]


def test_a_successor_takes_over_once_it_is_told_to(tmp_path: Path) -> None:
    signer = FileSigner(tmp_path / "anchor.pem", FilesystemAnchorRecords(tmp_path / "anchors"))
    old, new = signer.public(), signer.successor().public()
    assert signer.public() == old != new
    signer.succeed()
    assert signer.public() == new


def test_a_change_of_keys_that_the_records_know_is_finished_by_whoever_signs_next(tmp_path: Path) -> None:
    records = FilesystemAnchorRecords(tmp_path / "anchors")
    signer = KilledBeforeItSucceeds(tmp_path / "anchor.pem", records)
    with pytest.raises(KeyboardInterrupt):
        Anchors(MemoryEventStore(), signer, records).rotate()
    new = signer.successor().public()
    assert FileSigner(tmp_path / "anchor.pem", records).public() == new


def test_a_function_without_the_key_says_who_signs() -> None:
    with pytest.raises(CannotSign, match="the function `anchors` signs"):
        KmsSigner("")


def test_a_kms_key_is_not_changed_from_here() -> None:
    with pytest.raises(CannotSign, match="administrator"):
        KmsSigner("arn:key", FakeKms()).successor()
