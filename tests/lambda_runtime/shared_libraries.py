"""The libraries and symbol versions that the ELF files of a folder need, and those that Lambda's base system has."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection, GNUVerNeedSection
from elftools.elf.sections import StringTableSection

BASE_SYSTEM: Final = {
    "GLIBC": (2, 34),
    "GLIBCXX": (3, 4, 29),
    "CXXABI": (1, 3, 13),
    "GCC": (11, 0),
    "ZLIB": (1, 2, 9),
}
"""Name of a version → the newest in Amazon Linux 2023: glibc 2.34, GCC 11, zlib 1.2.11. The policy manylinux_2_34
of auditwheel has the same figures."""
GLIBC: Final = {
    "ld-linux-aarch64.so.1",
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libm.so.6",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libutil.so.1",
}
BASE_LIBRARIES: Final = GLIBC | {"libgcc_s.so.1", "libstdc++.so.6", "libz.so.1"}
"""Libraries that every Linux for wheels has (PEP 600), among those that we need."""


@dataclass(frozen=True)
class SharedLibrary:
    """The parts of an ELF file that the dynamic linker uses."""

    path: Path
    name: str
    """The name by which others need it."""
    needs: frozenset[str]
    """Names of libraries."""
    versions_needed: frozenset[tuple[str, str]]
    """(library, version of its symbols)."""
    versions_defined: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> "SharedLibrary":
        with path.open("rb") as file:
            elf = ELFFile(file)
            names = _names(elf, "DT_SONAME")
            return cls(
                path=path,
                name=names[0] if names else path.name,
                needs=frozenset(_names(elf, "DT_NEEDED")),
                versions_needed=frozenset(_needed(elf)),
                versions_defined=frozenset(_defined(elf)),
            )


def _names(elf: ELFFile, tag: str) -> list[str]:
    """Return the names in the dynamic section's entries of one kind."""
    dynamic, strings = elf.get_section_by_name(".dynamic"), elf.get_section_by_name(".dynstr")
    assert isinstance(dynamic, DynamicSection) and isinstance(strings, StringTableSection)
    return [strings.get_string(it.entry.d_val) for it in dynamic.iter_tags(tag)]


def _needed(elf: ELFFile) -> Iterator[tuple[str, str]]:
    for section in elf.iter_sections():
        if isinstance(section, GNUVerNeedSection):
            for library, versions in section.iter_versions():
                yield from ((str(library.name), version.name) for version in versions)


def _defined(elf: ELFFile) -> Iterator[str]:
    for section in elf.iter_sections():
        if isinstance(section, GNUVerDefSection):
            for _, names in section.iter_versions():
                yield next(names).name


def libraries(folders: list[Path]) -> list[SharedLibrary]:
    """Return all ELF files of the folders."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*.so*")) if path.is_file()]
    return [SharedLibrary.read(path) for path in paths if path.read_bytes()[:4] == b"\x7fELF"]


def missing_libraries(found: list[SharedLibrary]) -> set[tuple[str, str]]:
    """Return (file, library that it needs) where neither the files nor the base system have the library."""
    names = {name for it in found for name in (it.name, it.path.name)} | BASE_LIBRARIES
    return {(it.path.name, needed) for it in found for needed in it.needs - names}


def missing_versions(found: list[SharedLibrary]) -> set[tuple[str, str]]:
    """Return (file, symbol version that it needs) where no library has that version."""
    defined = {it.name: it.versions_defined for it in found}
    return {
        (it.path.name, version)
        for it in found
        for library, version in it.versions_needed
        if not (version in defined[library] if library in defined else _base_system_has(version))
    }


def _base_system_has(version: str) -> bool:
    name, _, number = version.partition("_")
    if not number[:1].isdigit():
        return name in BASE_SYSTEM
    return tuple(map(int, number.split("."))) <= BASE_SYSTEM.get(name, ())
