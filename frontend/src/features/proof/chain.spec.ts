import { describe, expect, it } from "vitest";
import { firstBreak, genesis, hex, next, type StoredCommit } from "./chain";

async function chained(bodies: string[]): Promise<StoredCommit[]> {
  let [before, first] = [await genesis("local", "dataset-d"), 1];
  const commits: StoredCommit[] = [];
  for (const body of bodies) {
    const commit = { first, count: 2, hash: "", meta: "{}", body };
    before = await next(before, commit);
    commits.push({ ...commit, hash: hex(before) });
    first += 2;
  }
  return commits;
}

async function* each(commits: StoredCommit[]) {
  yield* commits;
}

describe("the chain", () => {
  it("begins with the genesis that the server has", async () => {
    expect(hex(await genesis("local", "dataset-d"))).toBe(
      "7bd538ade44724c7b118e04b4340263088a36e89328ecfd15b5244d65f904757",
    );
  });

  it("holds for what was appended", async () => {
    const commits = await chained(["検品", "b"]);
    const head = { stream: "dataset-d", version: 4, hash: commits[1]!.hash };
    expect(await firstBreak(head, "local", each(commits), () => undefined)).toBeNull();
  });

  it("breaks where a byte is another, a commit is missing, or the end is", async () => {
    const commits = await chained(["a", "b", "c"]);
    const head = { stream: "dataset-d", version: 6, hash: commits[2]!.hash };
    const changed = commits.map((commit, n) => (n === 1 ? { ...commit, body: "x" } : commit));
    expect(await firstBreak(head, "local", each(changed), () => undefined)).toBe(3);
    expect(await firstBreak(head, "local", each([commits[0]!, commits[2]!]), () => undefined)).toBe(3);
    expect(await firstBreak(head, "local", each(commits.slice(0, 2)), () => undefined)).toBe(5);
    expect(await firstBreak(head, "other", each(commits), () => undefined)).toBe(1);
  });
});
