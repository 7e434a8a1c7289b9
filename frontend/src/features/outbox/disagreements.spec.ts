import { describe, expect, it, vi } from "vitest";
import type { Image } from "@/api/types";
import { createDisagreements, insisted } from "./disagreements";
import type { GuardedCommand } from "./pendingCommand";

const judge = (...image_ids: string[]): GuardedCommand => ({
  kind: "annotate",
  dataset_id: "d",
  annotations: image_ids.map((image_id) => ({
    image_id,
    verdict: "NG",
    defects: [],
    revision: 0,
    reason: "",
    seconds_spent: 1,
    suggestion_id: null,
  })),
});
const theirs = (image_id: string, verdict = "OK") =>
  ({ image_id, verdict, revision: 7, annotation: { by: "hanako", review: null } }) as unknown as Image;

function disagreements(kept: GuardedCommand[] = []) {
  const push = vi.fn();
  const keep = vi.fn();
  const look = vi.fn((_: string, image_id: string) => Promise.resolve(theirs(image_id)));
  return { push, keep, look, ...createDisagreements({ look, push, keep, load: () => kept, seen: vi.fn() }) };
}

describe("an image that another person judged first", () => {
  it("waits for a choice, while the others of the command are sent", async () => {
    const { add, all, current, push } = disagreements();
    await add(judge("a", "b"), new Set(["b"]));
    expect(push.mock.calls).toEqual([[judge("a")]]);
    expect(all.value.map(({ image_id }) => image_id)).toEqual(["b"]);
    expect(current.value?.theirs?.verdict).toBe("OK");
  });

  it("is overridden for a reason only when the person chooses so", async () => {
    const { add, current, settle, push } = disagreements();
    await add(judge("a"), new Set("a"));
    settle(current.value!, "mine", "chipped at the rim", "me");
    expect(push.mock.calls).toMatchObject([[{ annotations: [{ revision: 7, reason: "chipped at the rim" }] }]]);
    expect(current.value).toBeUndefined();
  });

  it("stays as it is when the person keeps it so", async () => {
    const { add, current, settle, push, keep } = disagreements();
    await add(judge("a"), new Set("a"));
    settle(current.value!, "theirs", "", "me");
    expect(push).not.toHaveBeenCalled();
    expect(keep).toHaveBeenLastCalledWith([]);
  });

  it("can be left for later, over a reload, and is then shown as it stands", async () => {
    const first = disagreements();
    await first.add(judge("a"), new Set("a"));
    first.postpone(first.current.value!);
    expect([first.all.value.length, first.current.value]).toEqual([1, undefined]);
    const kept = first.keep.mock.lastCall![0] as GuardedCommand[];
    const later = disagreements(kept);
    expect([later.all.value.length, later.current.value]).toEqual([1, undefined]);
    await later.reopen();
    expect(later.current.value).toMatchObject({ mine: judge("a"), theirs: { revision: 7 } });
  });
});

it("a hold of another person is decided without a reason", () => {
  const command = insisted(judge("a"), theirs("a", "HOLD"), "ignored", "me");
  expect(command).toMatchObject({ annotations: [{ reason: "", revision: 7 }] });
});
