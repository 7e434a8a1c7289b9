// Merkle trees as in RFC 9162, section 2.1: the path from one head of an anchor to its signed root.
import { sha256, text } from "./chain";

/** Return the hash of a head as anchors have it. */
export const leafOf = (head: unknown) => sha256(Uint8Array.of(0), text.encode(JSON.stringify(head)));

/** Return the root of at least one leaf. */
export async function root(leaves: readonly Uint8Array[]): Promise<Uint8Array> {
  if (leaves.length === 1) return leaves[0]!;
  const middle = split(leaves.length);
  const [left, right] = await Promise.all([root(leaves.slice(0, middle)), root(leaves.slice(middle))]);
  return sha256(Uint8Array.of(1), left, right);
}

/** Return the hashes that lead from a leaf to the root, the nearest to the leaf first. */
export async function path(leaves: readonly Uint8Array[], index: number): Promise<Uint8Array[]> {
  if (leaves.length === 1) return [];
  const middle = split(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  if (index < middle) return [...(await path(left, index)), await root(right)];
  return [...(await path(right, index - middle)), await root(left)];
}

/** Return the largest power of two below `size`, which is at least 2. */
function split(size: number): number {
  let middle = 1;
  while (middle * 2 < size) middle *= 2;
  return middle;
}
