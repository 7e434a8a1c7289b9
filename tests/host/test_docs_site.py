"""The documentation site: every link leads somewhere, and no page has what the host's policy forbids."""

import gzip
import json
import re
from pathlib import Path

import pytest

from host.docs_site.build import CONTENTS, build
from host.docs_site.pages import file_of, slug
from tests.architecture.checkout import ROOT

FORBIDDEN = re.compile(
    r"<script(?![^>]* src=\"/)|<style|\sstyle=|\son[a-z]+=\"|javascript:|(?:src|stylesheet)=\"https?:"
)
"""Inline scripts and styles, and what comes from elsewhere; an address in a link is none of these."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this checkout."""
    folder = tmp_path_factory.mktemp("site")
    assert build(ROOT, folder) == []
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose contents lead to one guide."""
    docs = tmp_path / "docs"
    (docs / "guides").mkdir(parents=True)
    (docs / "reference").mkdir()
    for name in CONTENTS.values():
        (docs / name).write_text(
            "# Kenpin\n\n## Guides\n\n- [Undo](guides/undo.md)\n- [API](reference/api.md)\n"
        )
    (docs / "guides/undo.md").write_text("# Undo\n")
    (docs / "reference/api.md").write_text("# API\n")
    empty = {"info": {"version": "1"}, "paths": {}, "components": {"schemas": {}}}
    (docs / "reference/openapi.json").write_text(json.dumps(empty))
    (docs / "reference/asyncapi.json").write_text(
        json.dumps({"info": {"description": ""}, "channels": {}, "components": {"schemas": {}}})
    )
    return tmp_path


def pages_of(site: Path) -> dict[str, str]:
    return {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in site.rglob("*.html")}


def test_no_page_has_what_the_policy_of_the_host_forbids(site: Path) -> None:
    pages = pages_of(site)
    assert len(pages) > 90
    assert {name: found.group() for name, text in pages.items() if (found := FORBIDDEN.search(text))} == {}
    assert FORBIDDEN.search('<td style="text-align:right">') and FORBIDDEN.search("<script>alert()</script>")


def test_every_address_of_a_page_is_a_file_of_the_site(site: Path) -> None:
    missing = {
        f"{name}: {address}"
        for name, text in pages_of(site).items()
        for address in re.findall(r'(?:href|src)="/docs/([^"#]*)', text)
        if not (site / address).is_file()
    }
    assert missing == set()


def test_the_tutorial_leads_from_each_language_to_the_other(site: Path) -> None:
    pages = pages_of(site)
    assert '<html lang="ja">' in pages["tutorial.ja.html"]
    assert '<a href="/docs/tutorial.ja.html" hreflang="ja"' in pages["tutorial.html"]
    assert '<a href="/docs/tutorial.html" hreflang="en"' in pages["tutorial.ja.html"]


def test_every_operation_of_the_api_is_on_a_page_and_names_its_schemas(site: Path) -> None:
    document = json.loads((ROOT / "docs/reference/openapi.json").read_text("utf-8"))
    api = "".join(text for name, text in pages_of(site).items() if name.startswith("reference/api/"))
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"{method.upper()} <code>{path}</code></h2>" in api
    assert '<a href="/docs/reference/api/schemas.html#newdataset">NewDataset</a>' in api


def test_every_event_is_on_a_page_with_the_types_of_its_fields(site: Path) -> None:
    document = json.loads((ROOT / "docs/reference/asyncapi.json").read_text("utf-8"))
    page = (site / "reference/api/events.html").read_text("utf-8")
    for message in document["components"]["messages"].values():
        assert f">{message['name']}</h3>" in page
    assert '<td>list of <a href="/docs/reference/api/events.html#defect">Defect</a></td>' in page


def test_the_search_has_the_readers_language_where_a_page_has_both(site: Path) -> None:
    found = {
        language: {address.partition("#")[0] for address, *_ in json.loads((site / name).read_text("utf-8"))}
        for language, name in (("en", "search.en.json"), ("ja", "search.ja.json"))
    }
    assert "/docs/tutorial.html" in found["en"] - found["ja"]
    assert "/docs/tutorial.ja.html" in found["ja"] - found["en"]
    assert "/docs/deploy.html" in found["en"] & found["ja"]


def test_texts_are_compressed(site: Path) -> None:
    for name in ("index.html", "site.css", "search.js", "search.en.json", "reference/openapi.json"):
        assert gzip.decompress((site / f"{name}.gz").read_bytes()) == (site / name).read_bytes()


@pytest.mark.parametrize(
    ("link", "broken"),
    [
        ("gone.md", "leads nowhere"),
        ("../../gone.py", "leads nowhere"),
        ("../../../etc/passwd", "leads nowhere"),
        ("undo.md#gone", "has no such anchor"),
        ("#gone", "has no such anchor"),
    ],
)
def test_a_broken_link_is_told(checkout: Path, link: str, broken: str) -> None:
    (checkout / "docs/guides/undo.md").write_text(f"# Undo\n\n[a link]({link})\n")
    assert build(checkout, checkout / "site") == [f"guides/undo.md: {link} {broken}"]


def test_an_anchor_may_be_in_japanese(checkout: Path) -> None:
    (checkout / "docs/guides/undo.md").write_text("# Undo\n\n[below](#画像を見る)\n\n## 画像を見る\n")
    assert build(checkout, checkout / "site") == []
    page = (checkout / "site/guides/undo.html").read_text("utf-8")
    assert 'href="/docs/guides/undo.html#画像を見る"' in page and 'id="画像を見る"' in page


def test_a_page_that_the_contents_do_not_name_is_told(checkout: Path) -> None:
    (checkout / "docs/guides/redo.md").write_text("# Redo\n")
    assert build(checkout, checkout / "site") == ["guides/redo.md is not in README.md"]


def test_a_file_outside_the_docs_is_named_by_its_path(checkout: Path) -> None:
    (checkout / "edge").mkdir()
    (checkout / "edge/README.md").touch()
    (checkout / "docs/guides/undo.md").write_text("# Undo\n\n[the program](../../edge/README.md)\n")
    assert build(checkout, checkout / "site") == []
    page = (checkout / "site/guides/undo.html").read_text("utf-8")
    assert '<span class="source">the program</span> (<code>edge/README.md</code>)' in page


def test_a_site_is_built_anew_without_old_pages(checkout: Path) -> None:
    (checkout / "site").mkdir()
    (checkout / "site/old.html").touch()
    assert build(checkout, checkout / "site") == []
    assert not (checkout / "site/old.html").exists()


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("What was never tried, on AWS", "what-was-never-tried-on-aws"), ("2. 判定する", "2-判定する")],
)
def test_anchors_are_those_of_github(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_a_readme_is_the_index_of_its_folder() -> None:
    names = ("README.ja.md", "decisions/README.md", "guides/undo.md")
    assert [file_of(name) for name in names] == ["index.ja.html", "decisions/index.html", "guides/undo.html"]
