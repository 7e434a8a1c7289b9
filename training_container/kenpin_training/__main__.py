"""`python -m kenpin_training` is the worker; with `job` it carries out the one job on its standard input."""

import logging
import sys


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    if sys.argv[1:] == ["job"]:
        from kenpin_training.job import carry_out

        sys.exit(carry_out(sys.stdin.buffer.read()))
    from kenpin.bootstrap import platform
    from kenpin_training.worker import Worker

    Worker(platform()).work()


if __name__ == "__main__":
    main()
