import { expect, it } from "vitest";
import { hex, sha256 } from "./chain";
import { leafOf, path, root } from "./merkle";

const leaves = (size: number) => Promise.all(Array.from({ length: size }, (_, n) => leafOf([`dataset-${n}`, n, "ab"])));

it("a leaf is the hash of a head as it is written in anchors", async () => {
  // python3 -c 'import hashlib; print(hashlib.sha256(b"\0" + "[\"dataset-検\",3,\"ab\"]".encode()).hexdigest())'
  expect(hex(await leafOf(["dataset-検", 3, "ab"]))).toBe(
    "b23b82b7e37f4390ca8e658e8e26dca233aa7e0dd82caef67315347257e16354",
  );
});

it("the path of each leaf leads to the root", async () => {
  for (const size of [1, 2, 3, 5, 8, 11]) {
    const all = await leaves(size);
    for (let index = 0; index < size; index++)
      expect(hex(await rootBy(await path(all, index), all[index]!, index, size))).toBe(hex(await root(all)));
  }
});

/** Section 2.1.3.2 of RFC 9162. */
async function rootBy(proof: Uint8Array[], leaf: Uint8Array, index: number, size: number): Promise<Uint8Array> {
  let [fn, sn, at] = [index, size - 1, leaf];
  for (const beside of proof) {
    if (fn % 2 || fn === sn) {
      at = await sha256(Uint8Array.of(1), beside, at);
      while (!(fn % 2) && fn) [fn, sn] = [fn >> 1, sn >> 1];
    } else at = await sha256(Uint8Array.of(1), at, beside);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return at;
}
