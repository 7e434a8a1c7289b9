"""The Ed25519 signing key in KMS."""

from __future__ import annotations

from typing import Final, NoReturn, Protocol, cast

from kenpin.adapters.aws import clients
from kenpin.adapters.aws.errors import unavailable_when_busy
from kenpin.ports.errors import CannotSign

PUBLIC_KEY_BYTES: Final = 32
"""Bytes of the key at the end of its SubjectPublicKeyInfo (RFC 8410)"""
NOT_HERE: Final = (
    "on AWS the function `anchors` signs, once a day; call it with `aws lambda invoke` for an anchor now"
)


class KmsClient(Protocol):
    """The methods of botocore's client that are used."""

    def get_public_key(self, *, KeyId: str) -> dict[str, bytes]: ...

    def sign(
        self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str
    ) -> dict[str, bytes]: ...


class KmsSigner:
    def __init__(self, key: str, client: KmsClient | None = None) -> None:
        """`key`: its ARN; empty for a function that has no right to sign."""
        if not key:
            raise CannotSign(NOT_HERE)
        self._key, self._client = (
            key,
            client
            or cast("KmsClient", clients.session().create_client("kms", config=clients.SHORT_TIMEOUTS)),
        )
        self._public = b""

    def public(self) -> bytes:
        if not self._public:
            with unavailable_when_busy(f"key {self._key}"):
                self._public = self._client.get_public_key(KeyId=self._key)["PublicKey"][-PUBLIC_KEY_BYTES:]
        return self._public

    def sign(self, message: bytes) -> bytes:
        with unavailable_when_busy(f"key {self._key}"):
            return self._client.sign(
                KeyId=self._key, Message=message, MessageType="RAW", SigningAlgorithm="ED25519_SHA_512"
            )["Signature"]

    def successor(self) -> NoReturn:
        raise CannotSign("a KMS key is changed by an administrator of the account: see docs/guides/audit.md")

    succeed = successor
