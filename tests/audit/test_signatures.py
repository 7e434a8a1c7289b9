"""The verifier's Ed25519 in plain Python, by the vectors of RFC 8032 (section 7.1) and beside a library."""

from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.audit_pack.verify_pack import L, is_signed
from host.audit.signatures import is_signed as is_signed_by_library

VECTORS: Final = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
        "24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
        "eeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed2"
        "8dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce8"
        "0e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac1"
        "7ad9bef1177331a704",
    ),
)
"""public key, message, signature: TEST 1, 2, 3 and SHA(abc)"""


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_rfc_verify(public: str, message: str, signature: str) -> None:
    given = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert is_signed(*given) and is_signed_by_library(*given)
    assert not is_signed(given[0], given[1] + b"\0", given[2])


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_a_signature_has_one_form(public: str, message: str, signature: str) -> None:
    """The same point with the group's order added to its scalar is another signature, and none."""
    body = bytes.fromhex(signature)
    bent = body[:32] + (int.from_bytes(body[32:], "little") + L).to_bytes(32, "little")
    assert not is_signed(bytes.fromhex(public), bytes.fromhex(message), bent)


@settings(max_examples=25, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), place=st.integers(0, 511))
def test_it_agrees_with_a_library(seed: bytes, message: bytes, place: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert is_signed(public, message, signature)
    bent = bytearray(signature)
    bent[place // 8] ^= 1 << place % 8
    assert (
        is_signed(public, message, bytes(bent)) is is_signed_by_library(public, message, bytes(bent)) is False
    )


@given(st.binary(max_size=40), st.binary(max_size=70))
def test_bytes_that_are_no_key_and_no_signature_are_refused(public: bytes, signature: bytes) -> None:
    assert not is_signed(public, b"message", signature)
