"""Bootstrap, the only package that names adapters: the platform of a process, its databases, places of a move."""

from kenpin.bootstrap.databases import migrate, prepare
from kenpin.bootstrap.wiring import DeadLetterSource, Platform, listen, platform, signing_key, wire

__all__ = [
    "DeadLetterSource",
    "Platform",
    "listen",
    "migrate",
    "platform",
    "prepare",
    "signing_key",
    "wire",
]
