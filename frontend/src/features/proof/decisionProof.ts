// Writes the proof of one decision in the browser, as `kenpin audit prove` does. `verify_pack.py` checks it.
import { api, bodyOf, pagesOf, writeHeaders } from "@/api/client";
import { genesis, hex, sha256, type StoredCommit, text } from "./chain";
import { leafOf, path } from "./merkle";
import { commitsOf } from "./queries";

type Head = [stream: string, version: number, hash: string];
type Anchor = { statement: { key_id: string; tenant: string }; line: string; signature: string; heads: Head[] };

/** Commits have at most so many events. */
const MOST_EVENTS = 1000;

/** Return the proof of an event about an image. Takes an anchor where none covers it yet. */
export async function proofOf(dataset_id: string, image_id: string, version: number) {
  const stream = `dataset-${dataset_id}`;
  const { anchor, keys } = await covering(stream, version);
  const place = anchor.heads.findIndex(([name]) => name === stream);
  const head = anchor.heads[place]!;
  const { before, commit, later } = await chainTo(head, version, anchor.statement.tenant);
  const leaves = await Promise.all(anchor.heads.map(leafOf));
  return {
    format: "kenpin-proof@1",
    image_id,
    version,
    commit: { first: commit.first, count: commit.count, meta: commit.meta, body: commit.body },
    before,
    later: await Promise.all(
      later.map(async ({ first, count, meta, body }) => [first, count, await digest(meta), await digest(body)]),
    ),
    head,
    place,
    path: (await path(leaves, place)).map(hex),
    anchor: anchor.line,
    signature: anchor.signature,
    key: keys.get(anchor.statement.key_id),
  };
}

/** Return the first anchor whose head of a stream is at or after a version, and the public keys by id. */
async function covering(stream: string, version: number) {
  const covers = ({ heads }: Anchor) => heads.some(([name, reached]) => name === stream && reached >= version);
  let { anchors, keys } = await records();
  if (!anchors.some(covers)) {
    await bodyOf(api.POST("/v1/proof/anchors", { params: { header: writeHeaders() } }));
    ({ anchors, keys } = await records());
  }
  const anchor = anchors.find(covers);
  if (!anchor) throw new Error(`no anchor covers version ${version} of ${stream}`);
  return { anchor, keys };
}

/** Return the anchors with a root, oldest first, and the public keys by id. */
async function records(): Promise<{ anchors: Anchor[]; keys: Map<string, string> }> {
  const { items } = await pagesOf((cursor) => bodyOf(api.GET("/v1/proof/records", { params: { query: { cursor } } })));
  const [anchors, keys] = [[] as Anchor[], new Map<string, string>()];
  for (const record of items.filter(({ name }) => name.endsWith(".json"))) {
    const [line, signature, heads] = record.text.split("\n") as [string, string, string];
    const statement = JSON.parse(line);
    if (statement.public) keys.set(await keyId(statement.public), statement.public);
    else if (statement.root) anchors.push({ statement, line, signature, heads: JSON.parse(heads) });
  }
  return { anchors, keys };
}

/** Return the hash before the commit of a version, this commit, and the later ones up to the head. */
async function chainTo([stream, reached, hash]: Head, version: number, tenant: string) {
  const from = Math.max(0, version - 2 * MOST_EVENTS);
  let [before, commit] = [from ? "" : hex(await genesis(tenant, stream)), undefined as StoredCommit | undefined];
  const later: StoredCommit[] = [];
  for await (const one of commitsOf({ stream, version: reached, hash }, from)) {
    if (one.first > reached) break;
    if (commit) later.push(one);
    else if (one.first <= version && version < one.first + one.count) commit = one;
    else before = one.hash;
  }
  if (!commit) throw new Error(`${stream} has no version ${version}`);
  return { before, commit, later };
}

const digest = async (content: string) => hex(await sha256(text.encode(content)));

/** Return the fingerprint of a public key. */
async function keyId(key: string): Promise<string> {
  const bytes = Uint8Array.from(key.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  return hex(await sha256(bytes)).slice(0, 32);
}
