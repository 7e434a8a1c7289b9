"""Corrections of capture conditions by an import: the images of the dataset that are read for them."""

import httpx

from functions.api.images.answers import Image
from functions.http.answers import Page
from host.cli.client import Client
from host.cli.corrections import corrections_of_captures
from kenpin_client import BearerToken


def test_only_the_images_of_the_import_are_read() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.extend(request.url.params["among"].split(","))
        return httpx.Response(200, text=Page[Image](items=[], as_of=1).model_dump_json())

    client = Client("http://kenpin.test", BearerToken("tester"), httpx.MockTransport(answer))
    digests = [f"{n:012x}".ljust(64, "0") for n in range(700)]
    corrections_of_captures(client, "cookies", {digest: {"line": "L1"} for digest in digests})
    assert asked == [digest[:12] for digest in digests]
