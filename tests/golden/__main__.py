"""`python -m tests.golden` keeps the stored bytes of every event, in every shape that has none yet; nothing else."""

import msgspec

from functions.contract.events.story import EXAMPLES
from tests.golden.files import FOLDER, name_of


def main() -> None:
    for category, (_, story) in EXAMPLES.items():
        for event in story:
            path = FOLDER / name_of(category, event)
            if not path.exists():
                path.write_bytes(msgspec.json.encode(event))


if __name__ == "__main__":
    main()
