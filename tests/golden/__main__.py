"""`python -m tests.golden` keeps the stored bytes of every event that has none yet, and touches no other file."""

import msgspec

from functions.event_contract.story import STORY
from kenpin.domain.event import tag_of
from tests.golden.files import FOLDER


def main() -> None:
    for category, (_, story) in STORY.items():
        for event in story:
            path = FOLDER / f"{category}.{tag_of(event)}.json"
            if not path.exists():
                path.write_bytes(msgspec.json.encode(event))


if __name__ == "__main__":
    main()
