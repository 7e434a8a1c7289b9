import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import type { Change } from "@/api/types";
import { canBeUndone, entries, filterQuery, KINDS, pairFrom, timelineFilterFrom } from "./timeline";

const change = (first: number, last: number, batch_id: string | null, reason = "", type = "ImageExcluded"): Change => ({
  stream: "dataset-a",
  first,
  last,
  hash: "",
  recorded_at: `2026-04-01T00:00:${first}Z`,
  clock: null,
  actor: "hanako",
  batch_id,
  correlation_id: null,
  events: { [type]: last - first + 1 },
  reason,
  images: [],
});

it("makes one entry of the commits of a batch", () => {
  const [bulk, single] = entries([change(20, 29, "b", "blurred"), change(10, 19, "b", "blurred"), change(9, 9, null)]);
  expect(bulk).toMatchObject({ first: 10, last: 29, commits: 2, reason: "blurred", events: [["ImageExcluded", 20]] });
  expect(single).toMatchObject({ first: 9, last: 9, commits: 1 });
});

it("tells of a clock that was set back", () => {
  const clock = "2026-03-31T21:00:00Z";
  expect(entries([{ ...change(2, 2, null), clock }, change(1, 1, null)]).map((entry) => entry.clock)).toEqual([
    clock,
    undefined,
  ]);
});

it("gives a batch no reason that only some of it has", () => {
  expect(entries([change(2, 2, "b", "x"), change(1, 1, "b", "y")])[0]!.reason).toBe("");
});

it("names the first images of a batch, each once with its newest verdict", () => {
  const image = (image_id: string, verdict: "OK" | "NG") => ({ image_id, name: `${image_id}.png`, verdict });
  const newest = { ...change(3, 4, "b"), images: [image("c", "NG"), image("a", "OK")] };
  const oldest = { ...change(1, 2, "b"), images: [image("a", "NG"), image("d", "NG")] };
  const [entry] = entries([newest, oldest]);
  expect(entry!.images).toEqual([image("c", "NG"), image("a", "OK"), image("d", "NG")]);
});

it("asks for whole days of the site, the last one included", () => {
  const filter = { person: "hanako", since: "2026-04-01", until: "2026-04-01" };
  const { since, until, actor } = filterQuery(filter, "Asia/Tokyo");
  expect([since, until]).toEqual(["2026-03-31T15:00:00.000Z", "2026-04-01T15:00:00.000Z"]);
  expect([actor, filterQuery({}, "Asia/Tokyo").since]).toEqual(["hanako", undefined]);
});

it.each(["foo", "2026-13-40", "2026-02-30", "2026-04-01T09:00"])("leaves out %s, which is no day", (text) => {
  expect(timelineFilterFrom({ since: text, until: text, event: text })).toEqual({});
});

it("reads the filter and the versions of an address, the older version first", () => {
  const query = { person: "hanako", event: "ImageExcluded", since: "2026-04-01", until: "2026-04-02" };
  expect(timelineFilterFrom(query)).toEqual(query);
  expect(pairFrom({ from: "100", to: "50" })).toEqual({ from: 50, to: 100 });
  expect([pairFrom({ from: "7" }), pairFrom({ from: "x", to: "9" })]).toEqual([null, null]);
});

it("filters by every kind of event of a dataset", () => {
  const events = readdirSync("../events/dataset").map((file) => file.split(".")[0]!);
  expect([...KINDS].sort()).toEqual([...new Set(events)].sort());
});

it("keeps commits without a batch, and other batches, apart", () => {
  expect(entries([change(4, 4, null), change(3, 3, null), change(2, 2, "b"), change(1, 1, "c")])).toHaveLength(4);
});

it("offers to undo what changed images, not a name or a question", () => {
  const [excluded, tagged] = entries([change(4, 4, null), change(3, 3, null, "", "VersionTagged")]);
  expect(canBeUndone(excluded!)).toBe(true);
  expect(canBeUndone(tagged!)).toBe(false);
});
