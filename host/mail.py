"""The process that sends e-mails on one machine; it runs only where a mail server is set."""

import logging
import os
import signal
import time
from datetime import UTC, datetime
from functools import partial
from typing import Final

from functions.rights import RIGHTS
from host.parent_process import end_with_parent
from host.smtp import send_mail
from kenpin.application.mail import Readers, note_news, note_reviews, send_news
from kenpin.bootstrap import Platform, platform
from kenpin.ports import Unavailable
from kenpin.read_models.mail import notes

PAUSE_S: Final = 10.0
"""Pause between two looks for news"""
REVIEWS_S: Final = 600.0
"""Time between two counts of the reviews that wait, which read more"""
READERS: Final[Readers] = {
    "run.ended": sorted(RIGHTS["POST /v1/runs/<run_id>/retries"]),
    "gate.failed": sorted(RIGHTS["POST /v1/models/<model_id>/gates"]),
    "review.waiting": sorted(RIGHTS["POST /v1/datasets/<dataset_id>/reviews"]),
    "intake.silent": sorted(RIGHTS["POST /v1/intake/rejected/<rejected_id>/retry"]),
}
"""Type of news → the roles that may act on it"""
logger = logging.getLogger("kenpin.mail")


def look(platform: Platform) -> None:
    """Note what is new and send what is due. A failure is logged and tried again later."""
    note_news(platform, READERS, datetime.now(UTC))
    reason = send_news(platform, partial(send_mail, platform.settings), lambda: datetime.now(UTC))
    if reason:
        logger.warning("an e-mail was not taken: %s", reason)


def count(platform: Platform) -> None:
    """Note the reviews that wait, and delete old notes."""
    note_reviews(platform, READERS, datetime.now(UTC))
    with platform.database.transaction() as sql:
        notes.tidy(sql, datetime.now(UTC))


def main() -> None:
    end_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # what is being sent is sent again
    counted_at = -REVIEWS_S
    while True:
        try:
            if time.monotonic() - counted_at > REVIEWS_S:
                counted_at = time.monotonic()
                count(platform())
            look(platform())
        except Unavailable as error:
            logger.warning("waiting for the database: %s", error)
        except Exception:
            logger.exception("e-mails could not be sent")
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    main()
