"""Bootstrap, the only package that names adapters: the platform of a process, its databases, places of a move."""

from kenpin.bootstrap.databases import migrate, prepare
from kenpin.bootstrap.wiring import Platform, listen, platform, signing_key, wire

__all__ = [
    "Platform",
    "listen",
    "migrate",
    "platform",
    "prepare",
    "signing_key",
    "wire",
]
