"""Checks an audit pack of Kenpin offline: python3 verify_pack.py [PACK] [--keys FILE] [--anchors FOLDER].

Needs Python 3.9 alone. PACK: folder or .zip (the folder of this file). Ends with 0 when all holds, else with findings.
--keys      public keys that you have from elsewhere, one in hex a line: no other signature counts then
--anchors   the folder of anchors and keys that you keep yourself: the pack must be what they say, too

Every file has the SHA-256 of the manifest. Each commit's hash is sha256(hash before, first version as 8 bytes, number
of events as 4, sha256(meta), sha256(body)), from sha256("kenpin" 0 tenant 0 stream) on. Keys and anchors follow the one
before, are signed (Ed25519, RFC 8032), and state hashes that are here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import zipfile
from pathlib import Path

Point = tuple[int, int, int, int]
Marks = dict[str, dict[int, dict[str, str]]]
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SAFE = (KeyError, OverflowError, TypeError, ValueError, AttributeError, OSError)
found: list[str] = []


def add(p: Point, q: Point) -> Point:
    """Points in extended coordinates, RFC 8032 section 5.1.4."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    result = (0, 1, 1, 0)
    while scalar:
        result = add(result, point) if scalar & 1 else result
        point, scalar = add(point, point), scalar >> 1
    return result


def point_of(encoded: bytes) -> Point | None:
    """Section 5.1.3; None for bytes that are no point."""
    y, sign = int.from_bytes(encoded, "little") & ((1 << 255) - 1), encoded[-1] >> 7
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    x = x if x * x % P == x2 else x * pow(2, (P - 1) // 4, P) % P
    if len(encoded) != 32 or y >= P or x * x % P != x2 or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return True when the owner of this Ed25519 key signed it (section 5.1.7)."""
    base = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    a, r = point_of(public or b"\0"), point_of(signature[:32] or b"\0")
    s = int.from_bytes(signature[32:], "little")
    if not base or not a or not r or s >= L or len(signature) != 64:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, base), add(r, times(k, a))
    return all((left[n] * right[2] - right[n] * left[2]) % P == 0 for n in (0, 1))


def say(file: object, what: str, stream: str = "", version: int = 0) -> None:
    found.append(what)
    print(f"{file}: {f'{stream} version {version}: ' if stream else ''}{what}", file=sys.stderr)


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def check_files(pack: Path) -> str:
    """Every file must be as the manifest says, and no other be there. Answers the tenant."""
    body = (pack / "manifest.json").read_bytes()
    told = json.loads(body)
    if json.dumps(told, sort_keys=True, ensure_ascii=False, indent=1).encode() + b"\n" != body:
        say("manifest.json", "it is not written as it was")
    if set(told) != {"files", "format", "tenant"} or told["format"] != "kenpin-pack@1":
        say("manifest.json", "this program does not know its format")
    there = {path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file()}
    for name in sorted({*told["files"], *there} - {"manifest.json"}):
        if name not in there:
            say(name, "it is missing")
            continue
        digest = hashlib.sha256()
        with (pack / name).open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        if told["files"].get(name) != digest.hexdigest():
            say(name, "its bytes are not those of the manifest")
    return str(told["tenant"])


def take_records(folder: Path, tenant: str, trusted: dict[str, str] | None) -> tuple[Marks, int, str]:
    """Keys, then anchors: each follows the one before of its kind, and is signed. What they say of each stream."""
    keys, before, newest = dict(trusted or {}), {"key": (0, ""), "anchor": (0, "")}, "never"
    marks: Marks = {}
    for path in sorted(folder.glob("*.json"), key=lambda path: (path.name.startswith("anchor"), path.name)):
        try:
            body, kind = path.read_bytes(), path.name.split("-")[0]
            line, signature, end = body.split(b"\n")
            told, number = json.loads(line), before[kind][0] + 1
            if (path.name, told["number"], end) != (f"{kind}-{number:08d}.json", number, b""):
                say(path.name, f"{kind} {number} is missing, or out of order")
            if (told["kind"], told["previous"], told["tenant"]) != (kind, before[kind][1], tenant):
                say(path.name, f"it does not follow the {kind} before it, or is of another tenant")
            before[kind] = told["number"], sha256(body)
            fresh = {sha256(bytes.fromhex(told["public"]))[:32]: told["public"]} if kind == "key" else {}
            signer = bytes.fromhex((keys or fresh).get(told["key_id"], ""))
            message = b"kenpin-anchor-1\n" + sha256(line).encode()
            if (
                not is_signed(signer, message, bytes.fromhex(signature.decode()))
                or signature != signature.lower()
            ):
                say(path.name, f"it is not signed by key {told['key_id']}, or that is none that counts")
            keys.update(fresh if trusted is None else {})
            newest = told.get("taken_at", newest)
            for stream, version, hash in told.get("heads", ()):
                marks.setdefault(stream, {}).setdefault(version, {}).setdefault(hash, path.name)
        except SAFE as error:
            say(path.name, f"it cannot be read: {error!r}")
    return marks, before["anchor"][0], newest


def walk(path: Path, stream: str, tenant: str, wanted: set[int]) -> tuple[int, str, dict[int, str]]:
    """Hash the stream again. Where it ends, and the hash at each of the versions that are wanted."""
    at, before, reached = 0, hashlib.sha256(f"kenpin\0{tenant}\0{stream}".encode()).hexdigest(), {}
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            where = f"streams/{path.name} line {number}"
            try:
                told = json.loads(line)
                first, count, meta, body = (told[name] for name in ("first", "count", "meta", "body"))
                numbers = bytes.fromhex(before) + first.to_bytes(8, "big") + count.to_bytes(4, "big")
                inner = hashlib.sha256(meta.encode()).digest() + hashlib.sha256(body.encode()).digest()
                if first != at + 1:
                    say(where, f"version {first} comes after {at}", stream, at + 1)
                if sha256(numbers + inner) != told["hash"] or len(told) != 5:
                    say(where, "the hash does not match the bytes", stream, first)
                at, before = first + count - 1, told["hash"]
                reached.update({at: before} if at in wanted else {})
            except SAFE as error:
                say(where, f"it cannot be read: {error!r}", stream, at + 1)
    return at, before, reached


def check(pack: Path, keys: Path | None, kept: Path | None) -> None:
    tenant, trusted, events, covered = check_files(pack), None, 0, 0
    if keys:
        lines = filter(None, (line.split("#")[0].strip() for line in keys.read_text().splitlines()))
        trusted = {sha256(bytes.fromhex(line))[:32]: line for line in lines}
    taken = [take_records(f, tenant, trusted) for f in (pack / "anchors", kept) if f]
    heads = [json.loads(line) for line in (pack / "heads.jsonl").read_bytes().splitlines()]
    for name in sorted({p.stem for p in (pack / "streams").iterdir()} ^ {head["stream"] for head in heads}):
        say(f"streams/{name}.jsonl", "it is missing, or heads.jsonl does not name it")
    for head in (each for each in heads if (pack / "streams" / f"{each['stream']}.jsonl").is_file()):
        name, path = head["stream"], pack / "streams" / f"{head['stream']}.jsonl"
        known = [(v, h, a) for t in taken for v, said in t[0].get(name, {}).items() for h, a in said.items()]
        end, hash, reached = walk(path, name, tenant, {version for version, _, _ in known})
        if head != {"stream": name, "version": end, "hash": hash}:
            say(path.name, f"it ends at version {end}, and not as heads.jsonl says", name, end)
        for version, hash, anchor in known:
            if reached.get(version) != hash:
                say(path.name, f"this is not the history that {anchor} knows", name, version)
        events, covered = events + end, covered + max([0, *taken[0][0].get(name, ())])
    marks, anchors, newest = taken[0]
    print(
        f"{len(heads)} of {len(marks)} streams that anchors know; {events:,} events, {covered:,} of them covered"
    )
    print(f"{anchors} anchors, the newest of {newest}, signed by {'your' if keys else 'their own'} keys")
    print(f"{len(found)} findings" if found else "everything holds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pack", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--keys", type=Path)
    parser.add_argument("--anchors", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            if given.pack.is_file():
                zipfile.ZipFile(given.pack).extractall(folder)
            check(Path(folder) if given.pack.is_file() else given.pack, given.keys, given.anchors)
        except (*SAFE, zipfile.BadZipFile) as error:
            say(given.pack, f"it cannot be checked: {error!r}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
