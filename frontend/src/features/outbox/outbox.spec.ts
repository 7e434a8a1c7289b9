import { describe, expect, it, vi } from "vitest";
import { Problem, SignedOut, Unreachable } from "@/api/problem";
import { createOutbox, entriesIn, type Entry, type Surroundings } from "./outbox";
import type { PendingCommand } from "./pendingCommand";

const judge = (image_id: string, revision: number): PendingCommand => ({
  kind: "annotate",
  dataset_id: "d",
  annotations: [{ image_id, verdict: "OK", defects: [], revision, reason: "", seconds_spent: 1, suggestion_id: null }],
});
const accepted = (version: number) => ({ stream: "dataset-d", version, hash: "h", id: "d" });

function outboxWith(send: Surroundings["send"], kept: Entry[] = []) {
  const delayed: (() => void)[] = [];
  let keys = 0;
  const reports = { changed: vi.fn(), saved: vi.fn(), refused: vi.fn() };
  const keep = vi.fn();
  const outbox = createOutbox(
    { send, keep, newKey: () => `key-${++keys}`, load: () => kept, later: (task) => delayed.push(task) },
    reports,
  );
  return { outbox, reports, delayed, keep };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("the outbox", () => {
  it("sends in order and reports what was saved", async () => {
    const { outbox, reports } = outboxWith(
      vi.fn().mockResolvedValueOnce(accepted(5)).mockResolvedValueOnce(accepted(6)),
    );
    outbox.push(judge("a", 1), judge("b", 1));
    await settled();
    expect(reports.saved.mock.calls.map(([, answer]) => answer.version)).toEqual([5, 6]);
    expect(reports.changed).toHaveBeenLastCalledWith([], { sending: false, trouble: null });
  });

  it("names the batch of a gesture that takes several requests, and of no other", async () => {
    const send = vi.fn().mockResolvedValue(accepted(5));
    const { outbox } = outboxWith(send);
    outbox.push(judge("a", 1), judge("b", 1));
    outbox.push(judge("c", 1));
    await settled();
    const batches = send.mock.calls.map(([entry]) => entry.batch);
    expect(batches[0]).toBeTruthy();
    expect(batches).toEqual([batches[0], batches[0], undefined]);
  });

  it("keeps a gesture while the server is away and resends it with the same key", async () => {
    const send = vi.fn().mockRejectedValueOnce(new Unreachable()).mockResolvedValue(accepted(2));
    const { outbox, reports, delayed, keep } = outboxWith(send);
    outbox.push(judge("a", 1));
    await settled();
    expect(keep.mock.lastCall?.[0]).toHaveLength(1);
    expect(reports.changed.mock.lastCall?.[1].trouble).toBe("unreachable");
    delayed[0]!();
    await settled();
    expect(send.mock.calls.map(([entry]) => entry.key)).toEqual(["key-1", "key-1"]);
    expect(reports.changed.mock.lastCall?.[1].trouble).toBeNull();
  });

  it("does not call a server that breaks offline, and lets the next gesture pass after some tries", async () => {
    const breaks = new Problem(500, { code: "Unexpected" });
    const send = vi.fn(async ({ key }: Entry) => (key === "key-1" ? Promise.reject(breaks) : accepted(2)));
    const { outbox, reports, delayed } = outboxWith(send);
    outbox.push(judge("a", 1));
    outbox.push(judge("b", 1));
    await settled();
    expect(reports.changed.mock.lastCall?.[1].trouble).toBe("broken");
    while (delayed.length) {
      delayed.shift()!();
      await settled();
    }
    expect(send).toHaveBeenCalledTimes(5);
    expect(reports.refused.mock.calls[0]?.[1]).toBe(breaks);
    expect(reports.saved).toHaveBeenCalledTimes(1);
  });

  it("keeps a gesture whose author is not signed in any more, for the same key after signing in", async () => {
    const signedOut = outboxWith(vi.fn().mockRejectedValue(new SignedOut()));
    signedOut.outbox.push(judge("a", 1));
    await settled();
    expect(signedOut.reports.refused).not.toHaveBeenCalled();
    const kept = signedOut.keep.mock.lastCall![0] as Entry[];
    const send = vi.fn().mockResolvedValue(accepted(2));
    await outboxWith(send, kept).outbox.flush();
    expect(send.mock.calls.map(([entry]) => entry.key)).toEqual(["key-1"]);
  });

  it("sends what a reload left behind", async () => {
    const send = vi.fn().mockResolvedValue(accepted(9));
    const { outbox } = outboxWith(send, [{ key: "old", command: judge("a", 1) }]);
    await outbox.flush();
    expect(send.mock.calls[0]![0].key).toBe("old");
  });

  it("reports a refusal and goes on with the next", async () => {
    const send = vi.fn().mockRejectedValueOnce(new Problem(409, {})).mockResolvedValue(accepted(3));
    const { outbox, reports } = outboxWith(send);
    outbox.push(judge("a", 1), judge("b", 1));
    await settled();
    expect(reports.refused).toHaveBeenCalledTimes(1);
    expect(reports.saved).toHaveBeenCalledTimes(1);
  });

  it("answers for the revision that its own earlier gesture made", async () => {
    const send = vi.fn().mockResolvedValue(accepted(7));
    const { outbox } = outboxWith(send);
    outbox.push(judge("a", 1), judge("a", 1));
    await settled();
    expect(send.mock.calls.map(([entry]) => entry.command.annotations[0].revision)).toEqual([1, 7]);
  });
});

it("reads commands that an older version stored", () => {
  const command = { kind: "exclude", dataset_id: "d", image_ids: ["a"], reason: "blurred" } as const;
  expect(entriesIn(JSON.stringify([{ key: "k", work: command }]))).toEqual([{ key: "k", command }]);
  expect(entriesIn(JSON.stringify([{ key: "k", command, batch: "b" }]))).toEqual([{ key: "k", command, batch: "b" }]);
});
