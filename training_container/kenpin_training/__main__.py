"""The worker: `python -m kenpin_training`; with `job WORKER` it carries out the one job on its standard input."""

import logging
import signal
import sys
from typing import Never

from kenpin_training.exit_status import STOPPED


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    if sys.argv[1:2] == ["job"]:
        signal.signal(signal.SIGTERM, _stop)
        from kenpin_training.job import carry_out

        sys.exit(carry_out(sys.stdin.buffer.read(), worker=sys.argv[2]))
    from kenpin.bootstrap import platform
    from kenpin_training.worker import Worker

    Worker(platform()).work()


def _stop(*_: object) -> Never:
    """Raise SystemExit, so that the work under way can save its checkpoint."""
    sys.exit(STOPPED)


if __name__ == "__main__":
    main()
