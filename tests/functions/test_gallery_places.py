"""A page of the gallery begins anywhere, and goes on in both directions."""

import pytest

from tests.functions.conftest import Api

IMAGES = "/v1/datasets/cookies/images"


def ids(api: Api, query: str) -> list[str]:
    return [image["image_id"] for image in api.get(f"{IMAGES}?{query}").json["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("skip=0&limit=2", [0, 1]),
        ("skip=3&limit=2", [3, 4]),
        ("skip=7", [7]),
        ("skip=8", []),
        ("skip=1000000", []),
        ("order=newest&skip=2&limit=2", [5, 4]),
        ("line=L1&skip=1&limit=2", [3, 5]),
        ("verdict=NG&skip=1", [3]),
        ("verdict=unlabelled&skip=3", [7]),
        ("verdict=unlabelled&skip=5", []),
        ("name=png&skip=6", [6, 7]),
    ],
)
def test_a_page_begins_after_the_images_that_are_skipped(
    api: Api, labelled: list[str], query: str, expected: list[int]
) -> None:
    """Of eight images the first two are OK and the next two NG."""
    assert ids(api, query) == [labelled[n] for n in expected]
    version = api.get(IMAGES).json["as_of"]
    assert ids(api, f"{query}&as_of={version}") == [labelled[n] for n in expected]


def test_the_opposite_order_leads_back(api: Api, labelled: list[str]) -> None:
    page = api.get(f"{IMAGES}?skip=4&limit=2").json
    before = api.get(f"{IMAGES}?order=newest&limit=3&cursor={page['back_cursor']}").json
    assert [image["image_id"] for image in before["items"]] == [labelled[3], labelled[2], labelled[1]]
    last = api.get(f"{IMAGES}?order=newest&limit=2").json
    after = api.get(f"{IMAGES}?cursor={last['back_cursor']}").json
    assert (after["items"], after["back_cursor"]) == ([], None)


@pytest.mark.parametrize("query", ["order=suggested&skip=2", "skip=2&cursor=Mg", "skip=-1"])
def test_images_are_skipped_for_a_first_page_alone(api: Api, labelled: list[str], query: str) -> None:
    assert api.get(f"{IMAGES}?{query}").status in (400, 422)
