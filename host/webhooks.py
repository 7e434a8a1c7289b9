"""The process that sends webhooks on one machine: rows and other receivers do not wait for a slow one."""

import logging
import os
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

from host.parent_process import end_with_parent
from host.webhook_post import post
from kenpin.application.webhooks import Post, deliver, queue_messages, queue_rejected
from kenpin.bootstrap import Platform, platform
from kenpin.ports import Unavailable
from kenpin.read_models.webhooks import notes

PAUSE_S: Final = 1.0
"""Pause between two looks for messages"""
TIDY_S: Final = 3_600.0
SENDERS: Final = 8
"""Webhooks that are sent to side by side"""
logger = logging.getLogger("kenpin.webhooks")


class WebhookSender:
    """Sends the messages of each webhook in a thread of its own, one at a time."""

    def __init__(self, platform: Platform, post: Post = post) -> None:
        self._platform, self._post = platform, post
        self._threads = ThreadPoolExecutor(SENDERS, "webhook")
        self._working: dict[tuple[str, str], Future[int]] = {}

    def look(self) -> None:
        """Queue what is new and send what is due. An event that cannot be told keeps no message from being sent."""
        for queue in (queue_messages, queue_rejected):
            try:
                queue(self._platform)
            except Unavailable:
                raise
            except Exception:
                logger.exception("messages could not be queued")
        self.send_due()

    def send_due(self) -> None:
        """Start to send to each webhook that has a message due and that is not being sent to."""
        self._working = {webhook: work for webhook, work in self._working.items() if not work.done()}
        with self._platform.database.reading() as sql:
            due = notes.webhooks_due(sql, datetime.now(UTC))
        for webhook in due:
            if webhook not in self._working:
                self._working[webhook] = self._threads.submit(self._deliver, webhook)

    def close(self) -> None:
        """Wait for the messages that are being sent."""
        self._threads.shutdown()

    def _deliver(self, webhook: tuple[str, str]) -> int:
        try:
            return deliver(self._platform, webhook, self._post, lambda: datetime.now(UTC))
        except Unavailable as error:
            logger.warning("waiting for the database: %s", error)
        except Exception:
            logger.exception("the webhook %s of project %s failed", webhook[1], webhook[0])
        return 0


def main() -> None:
    end_with_parent()
    signal.signal(
        signal.SIGTERM, lambda *_: os._exit(0)
    )  # what is being sent is sent again, and nobody waits for it
    sender, tidied_at = WebhookSender(platform()), time.monotonic()
    while True:
        try:
            sender.look()
            if time.monotonic() - tidied_at > TIDY_S:
                tidied_at = time.monotonic()
                with platform().database.transaction() as sql:
                    notes.tidy(sql)
        except Unavailable as error:
            logger.warning("waiting for the database: %s", error)
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    main()
