"""The process that makes exports on one machine: it looks for new requests and calls the function of the manifest."""

import logging
import signal
import time
from typing import Final

from host.gateway import call
from host.parent_process import end_with_parent
from kenpin.application.asked_file import REQUESTS
from kenpin.bootstrap import platform
from kenpin.ports import Unavailable

PAUSE_S: Final = 1.0
"""Pause between two looks at the folder of requests."""
RETRY_S: Final = 10.0
"""Pause after an export that could not be made now."""
A_DAY_S: Final = 86_400.0
logger = logging.getLogger("kenpin.exports")


def main() -> None:
    end_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(SystemExit(0)))
    ended = set[str]()
    while True:
        requests = set(platform().objects.names(REQUESTS))
        ended &= requests
        for name in sorted(requests - ended):
            if make(name):
                ended.add(name)
            else:
                time.sleep(RETRY_S)
        time.sleep(PAUSE_S)


def make(name: str) -> bool:
    """Make the export of a request, which may take a day; False when it is worth another try."""
    try:
        call("exports", {"Records": [{"s3": {"object": {"key": name}}}]}, A_DAY_S)
    except Unavailable as error:
        logger.warning("waiting for the database: %s", error)
        return False
    except Exception:
        logger.exception("the export %s failed", name)
    return True


if __name__ == "__main__":
    main()
