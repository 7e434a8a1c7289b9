"""Annotation files as text, JSON or XML, in the encodings that tools and spreadsheets save."""

import codecs
import json
import re
from xml.etree import ElementTree

from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.tree import Tree

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
HALF_WIDTH_KATAKANA = re.compile("[\uff61-\uff9f]")
XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']""")
HEAD = 65536


def content_of(tree: Tree, path: str) -> bytes:
    """Return the bytes of a file. Raises InvalidItem."""
    try:
        with tree.open(path) as file:
            return file.read()
    except OSError as error:
        raise InvalidItem(Fault.CANNOT_BE_READ, error=error.strerror or "the file is damaged") from None


def decoded(content: bytes) -> str:
    """Return text of UTF-8, UTF-16 with a byte order mark, or CP932. Raises InvalidItem.

    Latin-1 text decodes as CP932 too, but to half-width katakana: such text has two meanings and is refused.
    """
    encoding = next((name for mark, name in BOMS if content.startswith(mark)), None)
    for each in (encoding,) if encoding else ("utf-8", "cp932"):
        try:
            text = content.decode(each)
        except UnicodeDecodeError:
            continue
        if each != "cp932" or not HALF_WIDTH_KATAKANA.search(text):
            return text
    raise InvalidItem(Fault.NO_KNOWN_ENCODING)


def text_in(tree: Tree, path: str) -> str:
    tree.notes.annotations.add(path)
    return decoded(content_of(tree, path))


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that ends them with a line feed; other separators may stand inside JSON texts."""
    return text.split("\n")


def json_from(text: str) -> object:
    """Parse one JSON document. Raises InvalidItem with the place of the error."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        fault = Fault.NOT_JSON if "\n" in text else Fault.NOT_JSON_AT
        raise InvalidItem(fault, line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):
        raise InvalidItem(Fault.JSON_TOO_DEEP) from None


def json_in(tree: Tree, path: str) -> object:
    return json_from(text_in(tree, path))


def xml_in(tree: Tree, path: str) -> ElementTree.Element:
    """Parse one XML document without a document type, as that could hold entities. Raises InvalidItem."""
    tree.notes.annotations.add(path)
    content = content_of(tree, path)
    declared = XML_ENCODING.match(content)
    try:
        text = content.decode(declared[1].decode()) if declared else decoded(content)
        return ElementTree.fromstring(text.removeprefix("\ufeff"), ElementTree.XMLParser(target=_Builder()))
    except ElementTree.ParseError as error:
        line, column = error.position
        raise InvalidItem(Fault.NOT_XML, line=line, column=column + 1) from None
    except (ValueError, LookupError):
        raise InvalidItem(Fault.XML_CHARACTERS) from None


def contains(tree: Tree, path: str, *markers: bytes) -> bool:
    """Return whether a file has all of these bytes. It may be damaged elsewhere."""
    try:
        content = content_of(tree, path)
    except InvalidItem:
        return False
    return all(marker in content for marker in markers)


def head_of(tree: Tree, path: str) -> bytes:
    """Return the first bytes of a file; none where it cannot be read."""
    try:
        with tree.open(path) as file:
            return file.read(HEAD)
    except OSError:
        return b""


class _Builder(ElementTree.TreeBuilder):
    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise InvalidItem(Fault.DOCUMENT_TYPE)
