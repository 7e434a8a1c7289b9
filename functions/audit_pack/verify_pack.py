"""Checks an audit pack or a proof of Kenpin offline: python3 verify_pack.py [PACK] [--keys FILE] [--anchors FOLDER].

Needs Python 3.9 alone. PACK: a folder or .zip (the folder of this file), or the .json file of a proof. Ends with 0 when
all holds, else with findings.
--keys      public keys that you have from elsewhere, one in hex a line: no other signature counts then
--anchors   the folder of anchors and keys that you keep yourself: the pack must be what they say, too

Every file has the SHA-256 of the manifest, a picture that of its name. Each commit's hash is sha256(hash before, first
version as 8 bytes, number of events as 4, sha256(meta), sha256(body)), from sha256("kenpin" 0 tenant 0 stream) on. Keys
and anchors follow the one before, are signed (Ed25519, RFC 8032), and state hashes that are here. An anchor signs the
root of a Merkle tree (RFC 9162) over the heads on its third line. openssl ts -verify checks who signed a time stamp.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tempfile
import zipfile
from pathlib import Path

Point = tuple[int, int, int, int]
Anchored = dict[str, dict[int, dict[str, str]]]
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
READ_ERRORS = (LookupError, OverflowError, TypeError, ValueError, AttributeError, OSError)
findings: list[str] = []
stamped: list[str] = []


def add(p: Point, q: Point) -> Point:
    """Add two points in extended coordinates (RFC 8032, section 5.1.4)."""
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
    """Decode a point (section 5.1.3); None for bytes that are no point."""
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


def report(file: object, what: str, stream: str = "", version: int = 0) -> None:
    findings.append(what)
    print(f"{file}: {f'{stream} version {version}: ' if stream else ''}{what}", file=sys.stderr)


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def leaf(head: object) -> bytes:
    return hashlib.sha256(b"\0" + compact(head)).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves: list[bytes]) -> bytes:
    """Return the root of a Merkle tree (RFC 9162, section 2.1.1) of at least one leaf."""
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root(leaves[:middle]), root(leaves[middle:]))


def root_by(path: list[str], leaf: bytes, index: int, size: int) -> bytes:
    """Return the root that a path leads to (section 2.1.3); its last hash stands beside the top."""
    if size == 1 or not path:
        return leaf if size == 1 and not path else b""
    middle, beside = 1 << (size - 1).bit_length() - 1, bytes.fromhex(path[-1])
    if index < middle:
        return node(root_by(path[:-1], leaf, index, middle), beside)
    return node(beside, root_by(path[:-1], leaf, index - middle, size - middle))


def next_hash(before: str, first: int, count: int, meta: str, body: str) -> str:
    """Return the hash after a commit, of the hash before it and the digests of its two texts."""
    numbers = first.to_bytes(8, "big") + count.to_bytes(4, "big")
    return sha256(bytes.fromhex(before) + numbers + bytes.fromhex(meta) + bytes.fromhex(body))


def is_signed_by(line: bytes, signature: bytes, public: str) -> bool:
    message, signed = b"kenpin-anchor-1\n" + sha256(line).encode(), bytes.fromhex(signature.decode())
    return is_signed(bytes.fromhex(public), message, signed) and signature == signature.lower()


def stamp_time(path: Path, anchor: bytes) -> str:
    """Return the time that a time stamp (RFC 3161) states after the digest of its anchor."""
    stamp = path.read_bytes().partition(b"\x04\x20" + hashlib.sha256(anchor).digest())[2]
    if not (at := re.search(rb"\x18.(\d{14})", stamp)):
        report(path.name, "it is no time stamp of its anchor")
    return at[1].decode() if at else ""


def check_files(pack: Path) -> str:
    """Compare every file with the manifest; report missing, changed and extra ones. Return the tenant."""
    body = (pack / "manifest.json").read_bytes()
    manifest = json.loads(body)
    if json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1).encode() + b"\n" != body:
        report("manifest.json", "it is not written as it was")
    if set(manifest) != {"files", "format", "tenant"} or manifest["format"] != "kenpin-pack@1":
        report("manifest.json", "this program does not know its format")
    present = {path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file()}
    for name in sorted({*manifest["files"], *present} - {"manifest.json"}):
        if name not in present:
            report(name, "it is missing")
            continue
        digest = hashlib.sha256()
        with (pack / name).open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        if manifest["files"].get(name) != digest.hexdigest():
            report(name, "its bytes are not those of the manifest")
        if name.startswith("images/") and name != f"images/{digest.hexdigest()}":
            report(name, "its bytes are not those of the picture that history registered")
    return str(manifest["tenant"])


def check_records(folder: Path, tenant: str, trusted: dict[str, str] | None) -> tuple[Anchored, int, str]:
    """Check keys, then anchors. Return the anchored hashes, the number of anchors and the time of the newest."""
    keys, before, newest = dict(trusted or {}), {"key": (0, ""), "anchor": (0, "")}, "never"
    anchored: Anchored = {}
    for path in sorted(folder.glob("*.json"), key=lambda path: (path.name.startswith("anchor"), path.name)):
        try:
            body, kind = path.read_bytes(), path.name.split("-")[0]
            line, signature, *rest, end = body.split(b"\n")
            fields, number = json.loads(line), before[kind][0] + 1
            if (path.name, fields["number"], end) != (f"{kind}-{number:08d}.json", number, b""):
                report(path.name, f"{kind} {number} is missing, or out of order")
            if (fields["kind"], fields["previous"], fields["tenant"]) != (kind, before[kind][1], tenant):
                report(path.name, f"it does not follow the {kind} before it, or is of another tenant")
            before[kind] = fields["number"], sha256(body)
            added = {sha256(bytes.fromhex(fields["public"]))[:32]: fields["public"]} if kind == "key" else {}
            if not is_signed_by(line, signature, (keys or added).get(fields["key_id"], "")):
                report(path.name, f"it is not signed by key {fields['key_id']}, or that is none that counts")
            keys.update(added if trusted is None else {})
            newest, stamp = fields.get("taken_at", newest), path.with_suffix(".tsr")
            stamped.extend([stamp_time(stamp, body)] if stamp.is_file() else [])
            heads = json.loads(rest[0]) if "root" in fields else fields.get("heads", [])
            if rest != ([compact(heads)] if "root" in fields else []):
                report(path.name, "its third line is not written as it was")
            leaves = [leaf(head) for head in heads]
            if "root" in fields and (fields["streams"], fields["root"]) != (len(heads), root(leaves).hex()):
                report(path.name, "its heads are not those of the signed root")
            for stream, version, hash in heads:
                anchored.setdefault(stream, {}).setdefault(version, {}).setdefault(hash, path.name)
        except READ_ERRORS as error:
            report(path.name, f"it cannot be read: {error!r}")
    return anchored, before["anchor"][0], newest


def hash_stream(path: Path, stream: str, tenant: str, versions: set[int]) -> tuple[int, str, dict[int, str]]:
    """Hash the stream again. Return its last version, its last hash and the hash at each of `versions`."""
    version, before, hashes = 0, hashlib.sha256(f"kenpin\0{tenant}\0{stream}".encode()).hexdigest(), {}
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            where = f"streams/{path.name} line {number}"
            try:
                commit = json.loads(line)
                first, count, meta, body = (commit[name] for name in ("first", "count", "meta", "body"))
                hash = next_hash(before, first, count, sha256(meta.encode()), sha256(body.encode()))
                if first != version + 1:
                    report(where, f"version {first} comes after {version}", stream, version + 1)
                if hash != commit["hash"] or len(commit) != 5:
                    report(where, "the hash does not match the bytes", stream, first)
                version, before = first + count - 1, commit["hash"]
                hashes.update({version: before} if version in versions else {})
            except READ_ERRORS as error:
                report(where, f"it cannot be read: {error!r}", stream, version + 1)
    return version, before, hashes


def trusted_keys(keys: Path | None) -> dict[str, str] | None:
    if not keys:
        return None
    lines = filter(None, (line.split("#")[0].strip() for line in keys.read_text().splitlines()))
    return {sha256(bytes.fromhex(line))[:32]: line for line in lines}


def check_proof(path: Path, keys: Path | None, own_anchors: Path | None) -> None:
    """Check the file of one decision: commit, chain to head, tree to anchor, signature. Print what it proves."""
    proof = json.loads(path.read_bytes())
    commit, head, line = proof["commit"], proof["head"], proof["anchor"].encode()
    anchor, version, at = json.loads(line), commit["first"] - 1, proof["before"]
    content = [sha256(commit[name].encode()) for name in ("meta", "body")]
    for first, count, meta, body in ([commit["first"], commit["count"], *content], *proof["later"]):
        if first != version + 1:
            report(path, f"version {first} comes after {version}", head[0], first)
        version, at = first + count - 1, next_hash(at, first, count, meta, body)
    if proof["format"] != "kenpin-proof@1" or not 0 <= proof["version"] - commit["first"] < commit["count"]:
        report(path, "this program does not know its format, or the version is none of its commit")
    if head[1:] != [version, at]:
        report(path, "the chain from the decision does not lead to the head", head[0], version)
    if root_by(proof["path"], leaf(head), proof["place"], anchor["streams"]).hex() != anchor["root"]:
        report(path, "the head is not under the root of the anchor", head[0], version)
    its_key = {sha256(bytes.fromhex(proof["key"]))[:32]: proof["key"]}
    public = (trusted_keys(keys) or its_key).get(anchor["key_id"])
    if not is_signed_by(line, proof["signature"].encode(), public or ""):
        report(path, f"the anchor is not signed by key {anchor['key_id']}, or that is none that counts")
    own = own_anchors and own_anchors / f"anchor-{anchor['number']:08d}.json"
    if own and own.read_bytes().split(b"\n")[0] != line:
        report(path, f"its anchor is not your {own.name}")
    told = [json.dumps(event, ensure_ascii=False) for event in json.loads(commit["body"])]
    about = [f"  {event}" for event in told if f'"{proof["image_id"]}"' in event]
    if not about:
        report(path, f"its commit does not speak of image {proof['image_id']}", head[0], commit["first"])
    print(f"{head[0]} from version {commit['first']}: {commit['meta']}", *about, sep="\n")
    signer = f"key {anchor['key_id']}, {'which you trust' if keys else 'which the proof itself names'}"
    print(f"in history at {anchor['taken_at']}: anchor {anchor['number']} of {anchor['tenant']}, {signer}")
    print(f"{len(findings)} findings" if findings else "everything holds")


def check(pack: Path, keys: Path | None, own_anchors: Path | None) -> None:
    tenant, trusted, events, covered = check_files(pack), trusted_keys(keys), 0, 0
    records = [check_records(f, tenant, trusted) for f in (pack / "anchors", own_anchors) if f]
    heads = [json.loads(line) for line in (pack / "heads.jsonl").read_bytes().splitlines()]
    for name in sorted({p.stem for p in (pack / "streams").iterdir()} ^ {head["stream"] for head in heads}):
        report(f"streams/{name}.jsonl", "it is missing, or heads.jsonl does not name it")
    for head in (each for each in heads if (pack / "streams" / f"{each['stream']}.jsonl").is_file()):
        name, path = head["stream"], pack / "streams" / f"{head['stream']}.jsonl"
        known = [(v, h, a) for t in records for v, at in t[0].get(name, {}).items() for h, a in at.items()]
        end, hash, hashes = hash_stream(path, name, tenant, {version for version, _, _ in known})
        if head != {"stream": name, "version": end, "hash": hash}:
            report(path.name, f"it ends at version {end}, and not as heads.jsonl says", name, end)
        for version, hash, anchor in known:
            if hashes.get(version) != hash:
                report(path.name, f"this is not the history that {anchor} knows", name, version)
        events, covered = events + end, covered + max([0, *records[0][0].get(name, ())])
    anchored, anchors, newest = records[0]
    streams = f"{len(heads)} of {len(anchored)} streams that anchors know"
    print(f"{streams}; {events:,} events, {covered:,} of them covered")
    print(f"{anchors} anchors, the newest of {newest}, signed by {'your' if keys else 'their own'} keys")
    if stamped:
        print(f"{len(stamped)} time stamps, the newest of {max(stamped)}Z")
    own = {"keys": keys, "anchors": own_anchors}
    gaps = "".join(f"; not compared: your {name}" for name in own if not own[name])
    gaps += "; not checked: who signed the time stamps" if stamped else ""
    print(f"{len(findings)} findings" if findings else f"everything holds{gaps}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pack", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--keys", type=Path)
    parser.add_argument("--anchors", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pack = given.pack
        try:
            (given.anchors or pack).stat()  # a folder that is not there has no anchors, which would hold
            if pack.is_file() and pack.suffix != ".json":
                zipfile.ZipFile(pack).extractall(folder)
                pack = Path(folder)
            (check_proof if pack.suffix == ".json" else check)(pack, given.keys, given.anchors)
        except (*READ_ERRORS, zipfile.BadZipFile) as error:
            report(getattr(error, "filename", None) or given.pack, f"it cannot be checked: {error!r}")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
