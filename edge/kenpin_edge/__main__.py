"""`kenpin-edge run|status|retry|dismiss`: sends the pictures of a line to Kenpin. Exit 2: wrong configuration."""

import argparse
import json
import logging
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from kenpin_edge.answers import AnswerPoll
from kenpin_edge.config import ConfigError, EdgeConfig, read_config
from kenpin_edge.folder import FolderWatch
from kenpin_edge.send import Sender
from kenpin_edge.spool import DATABASE, Spool
from kenpin_edge.status import json_of, lines_of, serve, status_of

CONFIG: Final = Path("/etc/kenpin-edge/kenpin-edge.toml")
log = logging.getLogger("kenpin-edge")


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="kenpin-edge", description=__doc__)
    asked.add_argument("verb", choices=("run", "status", "retry", "dismiss"))
    asked.add_argument("--config", type=Path, default=CONFIG, help=f"the TOML file; {CONFIG} without it")
    asked.add_argument("--json", action="store_true", help="print JSON; `run` prints a log")
    given = asked.parse_args(arguments)
    try:
        config = read_config(given.config)
        if given.verb != "run" and not _is_begun(config.spool):
            return _tell_unbegun(config.spool, as_json=given.json)
        spool = Spool(config.spool, config.quota_bytes)
    except ConfigError as error:
        return _complain(str(error))
    except (OSError, sqlite3.Error) as error:
        return _complain(f"{given.config}: spool: cannot be opened ({error}); run as the user of the agent")
    try:
        if given.verb == "run":
            return run(config, spool)
        return {"status": show, "retry": retry, "dismiss": dismiss}[given.verb](spool, as_json=given.json)
    finally:
        spool.close()


def _complain(text: str) -> int:
    print(f"kenpin-edge: {text}", file=sys.stderr)
    return 2


def _is_begun(folder: Path) -> bool:
    try:
        (folder / DATABASE).stat()
    except FileNotFoundError:
        return False
    return True


def _tell_unbegun(folder: Path, *, as_json: bool) -> int:
    problem = f"no agent has run here: there is no {folder / DATABASE}"
    print(json.dumps({"running": False, "problem": problem}) if as_json else problem)
    return 1


def show(spool: Spool, *, as_json: bool) -> int:
    """Print the status; 1 when nothing is sent."""
    status = status_of(spool)
    if as_json:
        print(json_of(status))
    else:
        for name, text in lines_of(status):
            print(f"{name:10} {text}")
    return 1 if status.problem else 0


def retry(spool: Spool, *, as_json: bool) -> int:
    count = spool.retry()
    text = f"{count} rejected pictures, files and messages are tried again within a minute"
    print(json.dumps({"retried": count}) if as_json else text)
    return 0


def dismiss(spool: Spool, *, as_json: bool) -> int:
    count = spool.dismiss()
    print(
        json.dumps({"dismissed": count})
        if as_json
        else f"{count} rejected pictures, files and messages are set aside"
    )
    return 0


def run(config: EdgeConfig, spool: Spool) -> int:
    """Run until SIGTERM or Ctrl-C; 1 when a part of the agent breaks, so that its service starts it again."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    if missing := _missing(config):
        return _complain(f"a package is missing; install it with: pip install 'kenpin[edge,{missing}]'")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    with closing(sqlite3.connect(config.spool / "agent.lock", isolation_level=None, timeout=1)) as alone:
        try:
            alone.execute("begin exclusive")  # the system frees it when the process ends, however it ends
        except sqlite3.OperationalError:
            return _complain(f"{config.spool}: another agent uses this spool")
        spool.recover()
        return _run_parts(config, spool)


def _missing(config: EdgeConfig) -> str:
    """Return the extra that the configuration asks for and that is not installed; empty: all is there."""
    if config.mqtt and find_spec("paho") is None:
        return "mqtt"
    has_servers = any(station.endpoint for station in config.stations.values())
    return "opcua" if has_servers and find_spec("asyncua") is None else ""


def _doors(config: EdgeConfig, spool: Spool) -> list[Callable[[threading.Event], None]]:
    """Return what listens to messages; its packages are there when the configuration asks for them."""
    doors: list[Callable[[threading.Event], None]] = []
    stations = config.stations.values()
    if config.mqtt:
        from kenpin_edge.mqtt import MqttDoor

        doors += [MqttDoor(config.mqtt, stations, spool).run, AnswerPoll(config, spool).run]
    if servers := [station for station in stations if station.endpoint]:
        from kenpin_edge.opcua import OpcUaDoor

        doors += [OpcUaDoor(station, spool).run for station in servers]
    return doors


def _run_parts(config: EdgeConfig, spool: Spool) -> int:
    stop, broken = threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    def part(work: Callable[[threading.Event], None]) -> None:
        try:
            work(stop)
        except Exception:
            log.exception("a part of the agent broke")
            broken.set()
            stop.set()

    stations = config.stations.values()
    watched = [
        FolderWatch(station, spool).run for station in stations if not (station.topic or station.endpoint)
    ]
    parts = [Sender(config, spool).run, *watched, *_doors(config, spool)]
    threads = [threading.Thread(target=part, args=(work,)) for work in parts]
    try:
        server = serve(spool, config.status_port)
    except OSError as error:
        return _complain(
            f"status_port: {config.status_port} cannot be used ({error.strerror}); choose another"
        )
    for thread in threads:
        thread.start()
    log.info("%d stations, status at http://127.0.0.1:%d", len(config.stations), server.server_port)
    while not stop.wait(1):  # Windows delivers Ctrl-C between waits
        pass
    for thread in threads:
        thread.join()
    server.shutdown()
    server.server_close()
    return 1 if broken.is_set() else 0


if __name__ == "__main__":
    sys.exit(main())
