"""Merkle trees against the published roots of Certificate Transparency, and laws of their paths."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenpin.domain.merkle import leaf, path, root, root_by

ENTRIES: Final = tuple(
    bytes.fromhex(each)
    for each in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS: Final = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Of the first n entries, n = 0 … 8: test data of google/certificate-transparency"""


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root([leaf(entry) for entry in ENTRIES[:size]]).hex() == ROOTS[size]


@given(size=st.integers(1, 70), data=st.data())
def test_a_path_leads_from_its_leaf_to_the_root_and_from_no_other(size: int, data: st.DataObject) -> None:
    leaves = [leaf(str(number).encode()) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    shown, whole = path(leaves, index), root(leaves)
    assert root_by(shown, leaves[index], index, size) == whole
    assert root_by(shown, leaf(b"another"), index, size) != whole
    with pytest.raises(ValueError, match="too"):
        root_by([*shown, whole], leaves[index], index, 1 << len(shown))
    if shown:
        assert len(shown) <= (size - 1).bit_length()
        with pytest.raises(ValueError, match="too short"):
            root_by([], leaves[index], index, size)
