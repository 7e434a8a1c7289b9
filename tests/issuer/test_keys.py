"""The node's keys: they rotate, old ones stay as long as their tokens live, and only the node reads them."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from joserfc.jwk import KeySet

from host.issuer.clients import NODE, issuer_of
from host.issuer.keys import PUBLISHED_AFTER_ROTATION_S, ROTATION_INTERVAL_S, SigningKeys
from host.issuer.mint import access_token, mint
from host.tokens import InvalidToken, TokenVerifier, verifiers_of
from kenpin.settings import Settings


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path: Path, clock: Clock) -> SigningKeys:
    return SigningKeys(tmp_path, clock)


def published(keys: SigningKeys) -> set[str]:
    document = keys.published()
    assert '"d"' not in str(document).replace("'", '"')
    return {str(key.kid) for key in KeySet.import_key_set(document)}  # type: ignore[arg-type]


def test_a_key_signs_for_a_month_and_is_published_until_its_tokens_have_ended(
    keys: SigningKeys, clock: Clock, tmp_path: Path
) -> None:
    first = str(keys.current().kid)
    clock.now += ROTATION_INTERVAL_S - 1
    assert keys.current().kid == first
    clock.now += 2
    second = str(keys.current().kid)
    assert second != first and published(keys) == {first, second}
    assert published(SigningKeys(tmp_path, clock)) == {first, second}
    clock.now += ROTATION_INTERVAL_S + PUBLISHED_AFTER_ROTATION_S + 2
    third = str(keys.current().kid)
    assert published(keys) == {second, third}
    with pytest.raises(KeyError):
        keys[first]


def test_a_token_of_the_key_before_still_holds(keys: SigningKeys, clock: Clock, tmp_path: Path) -> None:
    token = access_token(keys, "http://kenpin.test/issuer", "aya", NODE, 0)
    clock.now += ROTATION_INTERVAL_S + 1
    keys.current()
    tokens = TokenVerifier("http://kenpin.test/issuer", {NODE}, SigningKeys(tmp_path, clock))
    assert tokens.claims(token)["sub"] == "aya"


def test_the_file_is_its_owners_alone(keys: SigningKeys, tmp_path: Path) -> None:
    keys.current()
    assert stat.S_IMODE((tmp_path / "issuer.keys").stat().st_mode) == 0o600


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: SigningKeys(tmp_path).current().kid, range(16)))
    assert len(found) == 1


def test_a_token_of_another_node_is_none(tmp_path: Path) -> None:
    ours, theirs = (Settings(data_dir=tmp_path / name) for name in ("ours", "theirs"))
    assert verifiers_of(ours).claims(mint(ours, "kenpin"))["sub"] == "kenpin"
    with pytest.raises(InvalidToken):
        verifiers_of(ours).claims(mint(theirs, "kenpin"))
    elsewhere = ours.model_copy(update={"public_url": "http://elsewhere.test"})
    assert issuer_of(elsewhere) != issuer_of(ours)
    with pytest.raises(InvalidToken):
        verifiers_of(ours).claims(mint(elsewhere, "kenpin"))


def test_passwords_are_kept_as_argon2id(quick: PasswordHasher) -> None:
    assert quick.hash("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
