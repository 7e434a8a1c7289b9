"""Search for images by the words of their file names, with nothing but what PostgreSQL has built in."""

import re
import unicodedata
from typing import Final

from kenpin.projections.table import DeclaredTable, PastByQuery
from kenpin.read_models.gallery.table import KEY, key_of

WORD: Final = re.compile(r"[^\W\d_]+|\d+")
"""Letters or digits: `L1_cam2-0042.png` has the words l, 1, cam, 2, 0042 and png."""
NAMES_AT: Final = f"""select dataset_key, ordinal, words from image_name
    where dataset_key = {key_of("%(id)s")} and ordinal <= %(version)s"""

# Names never change, so they have rows of their own: the index of words is not written again with each judgement.
IMAGE_NAME: Final = DeclaredTable(
    "image_name",
    """
    dataset_key bigint not null,
    ordinal     bigint not null,
    words       text[] not null,
    primary key (dataset_key, ordinal)""",
    owner="dataset_key",
    owner_value=key_of("%(id)s"),
    past=PastByQuery(NAMES_AT),
    after="create index if not exists image_name_words on image_name using gin (array_to_tsvector(words));",
)
NAME_COLUMNS: Final = ("dataset_key", "ordinal", "words")
MATCHING: Final = f"""select n.ordinal from image_name n where n.dataset_key = {KEY}
    and array_to_tsvector(n.words) @@ %(name_words)s::tsquery"""
MATCHES: Final = f"i.ordinal in ({MATCHING})"


def _words(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def words_of(name: str) -> list[str]:
    """Return the words that find a file name. A number is found without its leading zeros, too."""
    words = _words(name)
    return sorted({*words, *(word.lstrip("0") or "0" for word in words if word.isdecimal())})


def name_query(text: str) -> str:
    """Return a tsquery for the names with words that begin so, in any order; empty text finds nothing."""
    return " & ".join(f"'{word}':*" for word in _words(text))
