import { beforeEach, expect, it, type Mock, vi } from "vitest";
import { Problem, Unreachable } from "@/api/problem";
import type { ImportEntry } from "@/api/types";
import type { Correction } from "./corrections";
import { newPace } from "./pace";
import type { PreparedImage, Sendable } from "./prepare";
import { newReport, type Report } from "./report";
import { type Address, type ImportServer, sendImport } from "./send";

const MASK = { path: "mask.png", colour: null, index: null, others: [] };

function image(name: string, more: Partial<ImportEntry> = {}): PreparedImage {
  const path = `${name}.png`;
  const entry: ImportEntry = {
    ...{ path, name: path, capture: {}, verdict: "OK", defects: [], split: null, group: "", reason: "" },
    ...more,
  };
  return { path, digest: name, size: 10, media_type: "image/png", entry };
}

const many = (count: number) => Array.from({ length: count }, (_, at) => image(`i${at}`));
const mask: Sendable = { path: "mask.png", digest: "m", size: 5, media_type: "image/png" };
const masked = image("ng", {
  verdict: "NG",
  defects: [{ class_name: "chip", box: null, polygon: null, unit: "pixel", mask: MASK }],
});

/** A server that takes everything. */
function openServer() {
  return {
    addresses: vi.fn((files: readonly Sendable[]) =>
      Promise.resolve(
        new Map<string, Address>(files.map(({ digest }) => [digest, { url: `/put/${digest}`, detail: "" }])),
      ),
    ),
    put: vi.fn<ImportServer["put"]>(() => Promise.resolve()),
    register: vi.fn((images: readonly PreparedImage[]) =>
      Promise.resolve({
        version: 1,
        items: images.map(({ digest }) => ({ digest, outcome: "registered" as const, detail: "", excluded: false })),
      }),
    ),
    define: vi.fn<ImportServer["define"]>(() => Promise.resolve()),
    label: vi.fn<ImportServer["label"]>((images) =>
      Promise.resolve({
        version: 2,
        items: images.map(({ digest: image_id }) => ({
          ...{ image_id, detail: "", parts: [], differs: "", clipped: false, split: false },
          outcome: "judged" as const,
        })),
      }),
    ),
    correct: vi.fn<ImportServer["correct"]>(() => Promise.resolve({ version: 3 })),
    caughtUp: vi.fn<ImportServer["caughtUp"]>(() => Promise.resolve()),
  };
}

let server: ReturnType<typeof openServer>;
beforeEach(() => void (server = openServer()));

function jobOf(images: PreparedImage[], masks: Sendable[] = []) {
  const report = newReport("import-1", []);
  const sent = [...images, ...masks];
  const files = new Map(sent.map(({ path, size }) => [path, { path, size, read: () => Promise.resolve(new Blob()) }]));
  const classes = [
    { name: "chip", class_id: "chip", is_new: true },
    { name: "割れ", class_id: "crack", is_new: false },
  ];
  return {
    prepared: { images, masks, copies: [], rejected: [], corrections: [] as Correction[] },
    classes,
    files,
    report,
    onProgress: vi.fn(),
  };
}

const bad = (chunk: readonly PreparedImage[]) => chunk.some(({ digest }) => digest === "i3");

it("uploads, registers, defines new classes and labels, in this order", async () => {
  const job = jobOf([image("ok"), masked], [mask]);
  await sendImport(job, server, newPace());
  expect(server.put.mock.calls.map(([url]) => url)).toEqual(["/put/ok", "/put/ng", "/put/m"]);
  expect(server.define.mock.calls.map(([one]) => one.class_id)).toEqual(["chip"]);
  expect(server.label.mock.calls[0]![1]).toEqual({ "mask.png": "m" });
  expect(server.caughtUp.mock.calls).toEqual([[1], [2]]);
  expect([job.report.taken.size, job.report.judged.size, job.report.version]).toEqual([2, 2, 2]);
});

const correction = (name: string): Correction => ({ digest: name, path: `${name}.png`, changed: [], capture: {} });

it("corrects capture conditions at the end, and goes on after one that is refused", async () => {
  const job = jobOf([image("ok")]);
  job.prepared.corrections = ["a", "b"].map(correction);
  server.correct.mockRejectedValueOnce(new Problem(422, { detail: "99/99/99 is no time" }));
  await sendImport(job, server, newPace());
  expect([...job.report.corrected]).toEqual(["b"]);
  expect(messages(job.report)).toEqual({ "a.png": "99/99/99 is no time" });
  expect(server.caughtUp.mock.calls).toEqual([[1], [3]]);
});

it("sends at most 64 addresses, 100 images and 90 labels at a time, and four files at once", async () => {
  let open = 0;
  let most = 0;
  server.put.mockImplementation(async () => {
    most = Math.max(most, ++open);
    await Promise.resolve();
    open -= 1;
  });
  await sendImport(jobOf(many(150)), server, newPace());
  const sizes = (calls: [readonly unknown[], ...unknown[]][]) => calls.map(([items]) => items.length);
  expect(sizes(server.addresses.mock.calls)).toEqual([64, 64, 22]);
  expect(sizes(server.register.mock.calls)).toEqual([100, 50]);
  expect(sizes(server.label.mock.calls)).toEqual([90, 60]);
  expect(most).toBe(4);
});

it("sends no bytes that the server has", async () => {
  server.addresses.mockResolvedValue(new Map([["ok", { url: null, detail: "" }]]));
  const job = jobOf([image("ok")]);
  await sendImport(job, server, newPace());
  expect(server.put).not.toHaveBeenCalled();
  expect(job.report.taken.size).toBe(1);
});

const messages = ({ rejected }: Report) =>
  Object.fromEntries([...rejected].map(([file, why]) => [file, (why as Error).message]));

it("labels neither images without verdict and split nor rejected ones", async () => {
  server.register.mockResolvedValue({
    version: 1,
    items: [
      { digest: "ok", outcome: "rejected", detail: "no picture" } as never,
      { digest: "open", outcome: "registered", detail: "", excluded: false },
    ],
  });
  const job = jobOf([image("ok"), image("open", { verdict: null })]);
  await sendImport(job, server, newPace());
  expect(server.label).not.toHaveBeenCalled();
  expect(Object.fromEntries(job.report.rejected)).toEqual({ "ok.png": "no picture" });
});

it("rejects a file that the server does not take, before its bytes are sent", async () => {
  server.addresses.mockResolvedValue(new Map([["ok", { url: null, detail: "it has too many bytes" }]]));
  const job = jobOf([image("ok")]);
  await sendImport(job, server, newPace());
  expect([job.report.taken.size, job.report.rejected.get("ok.png")]).toEqual([0, "it has too many bytes"]);
});

it("asks for a new address when one has expired", async () => {
  server.put.mockRejectedValueOnce(new Problem(403, {}));
  const job = jobOf([image("ok")]);
  await sendImport(job, server, newPace());
  expect(server.addresses).toHaveBeenCalledTimes(2);
  expect(job.report.taken.size).toBe(1);
});

it("rejects a file that cannot be sent or read, and what needs it, and goes on", async () => {
  server.put.mockImplementation((url) =>
    url === "/put/m"
      ? Promise.reject(new Problem(422, { detail: "the bytes have another digest" }))
      : Promise.resolve(),
  );
  const job = jobOf([image("ok"), masked, image("gone")], [mask]);
  job.files.get("gone.png")!.read = () => Promise.reject(new DOMException("it is gone", "NotReadableError"));
  await sendImport(job, server, newPace());
  expect([...job.report.taken]).toEqual(["ok"]);
  expect(messages(job.report)).toEqual({
    "gone.png": "it is gone",
    "mask.png": "the bytes have another digest",
  });
});

it.each(["register", "label"] as const)("%s: sends each by itself where together they are refused", async (what) => {
  const step = server[what] as Mock<(chunk: readonly PreparedImage[]) => Promise<unknown>>;
  const take = step.getMockImplementation()!;
  step.mockImplementation((chunk) =>
    bad(chunk) ? Promise.reject(new Problem(422, { detail: "the line is too long" })) : take(chunk),
  );
  const job = jobOf(many(6));
  await sendImport(job, server, newPace());
  expect(job.report.judged.size).toBe(5);
  expect(messages(job.report)).toEqual({ "i3.png": "the line is too long" });
});

it("ends when the disk of the server is full, so that it can go on later", async () => {
  vi.useFakeTimers();
  server.put.mockRejectedValue(new Problem(503, { detail: "the disk is full" }));
  const job = jobOf(many(2));
  const ended = expect(sendImport(job, server, newPace())).rejects.toThrow("the disk is full");
  await vi.advanceTimersByTimeAsync(60_000);
  await ended;
  vi.useRealTimers();
  expect(job.report.rejected.size).toBe(0);
});

it("ends when the person has no right", async () => {
  server.register.mockRejectedValue(new Problem(403, {}));
  await expect(sendImport(jobOf(many(2)), server, newPace())).rejects.toThrow(Problem);
});

it("goes on with the same request after a lost line", async () => {
  vi.useFakeTimers();
  server.register.mockRejectedValueOnce(new Unreachable("no line"));
  const job = jobOf(many(2));
  const sent = sendImport(job, server, newPace());
  await vi.advanceTimersByTimeAsync(2000);
  await sent;
  vi.useRealTimers();
  expect(server.register).toHaveBeenCalledTimes(2);
  expect(job.report.taken.size).toBe(2);
});
