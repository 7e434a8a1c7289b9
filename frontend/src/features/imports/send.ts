// Sends a prepared import: files, registrations, new classes, labels and corrections, in this order. Every step may be repeated.
import { Problem } from "@/api/problem";
import type { LabelOutcome, PlannedClass, RegisteredImage } from "@/api/types";
import type { Correction } from "./corrections";
import type { Pace } from "./pace";
import type { Reason } from "./planTexts";
import { masksOf, type Prepared, type PreparedImage, type Sendable } from "./prepare";
import { addLabels, addRegistered, type Report } from "./report";
import type { SourceFile } from "./source";

const AT_ONCE = 4;
const ADDRESSES = 64;
const REGISTRATIONS = 100;
const LABELS = 90;
/** The statuses by which the server refuses the content of a request. */
const REFUSED: readonly number[] = [400, 413, 422];

const OF_ALL_FILES: readonly number[] = [401, 403, 429];

export type Stage = "upload" | "register" | "classes" | "label" | "correct";
export type Masks = Record<string, string>;

/** Where a file is sent to. Without `url` the server has it already, or `detail` says why it is refused. */
export interface Address {
  url: string | null;
  detail: string;
}

/** The requests of an import. */
export interface ImportServer {
  addresses(files: readonly Sendable[]): Promise<Map<string, Address>>;
  put(url: string, file: Sendable, body: Blob): Promise<void>;
  register(images: readonly PreparedImage[]): Promise<{ version: number; items: RegisteredImage[] }>;
  define(one: PlannedClass): Promise<void>;
  label(images: readonly PreparedImage[], masks: Masks): Promise<{ version: number; items: LabelOutcome[] }>;
  correct(one: Correction): Promise<{ version: number }>;
  /** Wait until the rows show a version. */
  caughtUp(version: number): Promise<void>;
}

export interface ImportJob {
  prepared: Prepared;
  classes: readonly PlannedClass[];
  files: ReadonlyMap<string, SourceFile>;
  report: Report;
  /** Called with the number of finished items and bytes of a stage. */
  onProgress: (stage: Stage, items: number, bytes: number) => void;
}

export async function sendImport(job: ImportJob, server: ImportServer, pace: Pace): Promise<void> {
  const { prepared, report } = job;
  const failed = await upload(job, server, pace);
  const sent = prepared.images.filter(
    (image) => !failed.has(image.digest) && !masksOf(image.entry).some((path) => failed.has(path)),
  );
  const taken = await register(sent, job, server, pace);
  if (report.version) await pace.act(() => server.caughtUp(report.version));
  await defineClasses(job, server, pace);
  await label(taken, job, server, pace);
  await correct(job, server, pace);
  if (report.version) await pace.act(() => server.caughtUp(report.version));
}

/** Upload what the server lacks. Return the digests of images and the paths of masks that could not be sent. */
async function upload(job: ImportJob, server: ImportServer, pace: Pace): Promise<Set<string>> {
  const { images, masks } = job.prepared;
  const isMask = new Set<Sendable>(masks);
  const failed = new Set<string>();
  async function sendOne(file: Sendable, address: Address | undefined): Promise<void> {
    const why = address && (await putFile(file, address, job, server, pace));
    if (why) {
      failed.add(isMask.has(file) ? file.path : file.digest);
      job.report.rejected.set(file.path, why);
    }
    job.onProgress("upload", 1, file.size);
  }
  for (const chunk of chunksOf([...images, ...masks], ADDRESSES)) {
    const addresses = await pace.act(() => server.addresses(chunk));
    const open = chunk.values();
    const work = async () => {
      for (const file of open) await sendOne(file, addresses.get(file.digest));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
  return failed;
}

/** Return why the file cannot be sent; empty when it was. An address can expire during a pause: a new one is asked for. */
async function putFile(
  file: Sendable,
  { url, detail }: Address,
  job: ImportJob,
  server: ImportServer,
  pace: Pace,
): Promise<Reason> {
  let address = url;
  async function put(): Promise<void> {
    if (!address) return;
    const body = await job.files.get(file.path)!.read();
    try {
      await server.put(address, file, body);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 403)) throw error;
      address = (await server.addresses([file])).get(file.digest)?.url ?? null;
      if (address) await server.put(address, file, body);
    }
  }
  try {
    await pace.act(put);
    return detail;
  } catch (error) {
    if (isOfOneFile(error)) return error;
    throw error;
  }
}

/** Return true when only this file cannot be read or sent. A full disk or a missing right is of all files. */
const isOfOneFile = (error: unknown): error is Error =>
  error instanceof Problem
    ? error.status < 500 && !OF_ALL_FILES.includes(error.status)
    : error instanceof DOMException && error.name !== "AbortError";

async function register(
  images: readonly PreparedImage[],
  job: ImportJob,
  server: ImportServer,
  pace: Pace,
): Promise<PreparedImage[]> {
  const { report } = job;
  const byDigest = new Map(images.map((image) => [image.digest, image]));
  const taken: PreparedImage[] = [];
  async function send(chunk: readonly PreparedImage[]): Promise<void> {
    const answer = await server.register(chunk);
    report.version = Math.max(report.version, answer.version);
    addRegistered(report, answer.items, (id) => byDigest.get(id)!.path);
    const stored = answer.items.filter(({ outcome }) => outcome !== "rejected");
    taken.push(...stored.map(({ digest }) => byDigest.get(digest)!));
  }
  await inChunks(images, { stage: "register", size: REGISTRATIONS, send }, job, pace);
  return taken;
}

async function defineClasses(job: ImportJob, server: ImportServer, pace: Pace): Promise<void> {
  for (const one of job.classes.filter(({ is_new }) => is_new)) {
    try {
      await pace.act(() => server.define(one));
      job.report.classes.add(one.name);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      job.report.rejected.set(one.name, error);
    }
    job.onProgress("classes", 1, 0);
  }
}

async function label(
  images: readonly PreparedImage[],
  job: ImportJob,
  server: ImportServer,
  pace: Pace,
): Promise<void> {
  const { report, prepared } = job;
  const labelled = images.filter(({ entry }) => entry.verdict ?? entry.split);
  const byDigest = new Map(labelled.map((image) => [image.digest, image]));
  const masks = new Map(prepared.masks.map(({ path, digest }) => [path, digest]));
  async function send(chunk: readonly PreparedImage[]): Promise<void> {
    const needed = chunk.flatMap(({ entry }) => masksOf(entry));
    const answer = await server.label(chunk, Object.fromEntries(needed.map((path) => [path, masks.get(path)!])));
    report.version = Math.max(report.version, answer.version);
    addLabels(report, answer.items, (id) => byDigest.get(id)!.path);
  }
  await inChunks(labelled, { stage: "label", size: LABELS, send }, job, pace);
}

async function correct({ prepared, report, onProgress }: ImportJob, server: ImportServer, pace: Pace): Promise<void> {
  for (const one of prepared.corrections) {
    try {
      const { version } = await pace.act(() => server.correct(one));
      report.version = Math.max(report.version, version);
      report.corrected.add(one.digest);
    } catch (error) {
      if (!isOfOneFile(error)) throw error;
      report.rejected.set(one.path, error);
    }
    onProgress("correct", 1, 0);
  }
}

interface Chunked {
  stage: Stage;
  size: number;
  send: (chunk: readonly PreparedImage[]) => Promise<void>;
}

/** Send items together; where the server refuses them, each by itself, so that the others come in. */
async function inChunks(images: readonly PreparedImage[], how: Chunked, job: ImportJob, pace: Pace): Promise<void> {
  for (const chunk of chunksOf(images, how.size)) {
    try {
      await pace.act(() => how.send(chunk));
      job.onProgress(how.stage, chunk.length, 0);
    } catch (error) {
      if (!(error instanceof Problem && REFUSED.includes(error.status))) throw error;
      if (chunk.length > 1) await inChunks(chunk, { ...how, size: 1 }, job, pace);
      else {
        job.report.rejected.set(chunk[0]!.path, error);
        job.onProgress(how.stage, 1, 0);
      }
    }
  }
}

function* chunksOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
