// The requests of an import: its plan, and what is sent. All that an import stores has one batch.
import { api, bodyOf, newKey, writeHeaders } from "@/api/client";
import { problemOf, Unreachable } from "@/api/problem";
import type { DefectClass, Image, PlannedClass, PlannedImport } from "@/api/types";
import { freeColour, freeKey } from "@/features/standard/colours";
import type { Answers, ReadSource } from "./importState";
import type { PreparedImage, Sendable } from "./prepare";
import type { ImportServer, Masks } from "./send";

const NAME_LENGTH = 255;
const GROUP_LENGTH = 64;
/** Images of one request, which names each by the beginning of its id. */
const AMONG = 300;
const ID_DIGITS = 12;
/** Answers that lag behind, each after about two seconds, until an import goes on without them. */
const MOST_STALE = 30;

export function planImport(
  dataset_id: string,
  source: ReadSource,
  answers: Answers,
  format: string,
): Promise<PlannedImport> {
  return bodyOf(
    api.POST("/v1/datasets/{dataset_id}/imports/plan", {
      params: { path: { dataset_id } },
      body: {
        source: source.name,
        files: source.files.map(({ path }) => path),
        texts: source.texts,
        answers,
        format,
      },
    }),
  ) as Promise<PlannedImport>;
}

/** Return the images of these digests that the dataset has. */
export async function imagesOf(dataset_id: string, digests: readonly string[]): Promise<Image[]> {
  const found: Image[] = [];
  for (let at = 0; at < digests.length; at += AMONG) {
    const among = digests
      .slice(at, at + AMONG)
      .map((digest) => digest.slice(0, ID_DIGITS))
      .join(",");
    const params = { path: { dataset_id }, query: { among, limit: AMONG } };
    found.push(...(await bodyOf(api.GET("/v1/datasets/{dataset_id}/images", { params }))).items);
  }
  return found;
}

interface Target {
  dataset_id: string;
  project_id: string;
  batch_id: string;
  /** The name of the source, which stands in the reasons of its judgements. */
  source: string;
  /** The classes of the project. */
  classes: readonly DefectClass[];
}

export function importServer({ dataset_id, project_id, batch_id, source, classes }: Target): ImportServer {
  const path = { dataset_id };
  const used = classes.filter(({ retired }) => retired === null).map(({ key, colour }) => ({ key, colour }));
  const keys = new Map<string, string>();
  /** A request that is repeated has the key of its first try. */
  function headers(request: string) {
    if (!keys.has(request)) keys.set(request, newKey());
    return writeHeaders(keys.get(request), batch_id);
  }
  const about = (what: string, images: readonly PreparedImage[]) => `${what} ${images[0]?.digest} ${images.length}`;
  return {
    async addresses(files: readonly Sendable[]) {
      const body = { files: files.map(({ digest, size, media_type }) => ({ digest, size, media_type })) };
      const { uploads } = await bodyOf(api.POST("/v1/datasets/{dataset_id}/uploads", { params: { path }, body }));
      return new Map(uploads.map(({ digest, ...address }) => [digest, address]));
    },
    put: (url, file, body) => putObject(url, file, body),
    register: (images) =>
      bodyOf(
        api.POST("/v1/datasets/{dataset_id}/images", {
          params: { path, header: headers(about("images", images)) },
          body: { images: images.map(registration), split_rule: `given by ${source}` },
        }),
      ),
    async define(one: PlannedClass) {
      const key = freeKey(used.map((known) => known.key));
      const colour = freeColour(used.map((known) => known.colour));
      const { version } = await bodyOf(
        api.POST("/v1/projects/{project_id}/defect-classes", {
          params: { path: { project_id }, header: headers(`class ${one.class_id}`) },
          body: { class_id: one.class_id, name: one.name, name_ja: "", description: "", key, colour },
        }),
      );
      used.push({ key, colour });
      await bodyOf(
        api.GET("/v1/projects/{project_id}", { params: { path: { project_id }, query: { min_version: version } } }),
      );
    },
    label: (images: readonly PreparedImage[], masks: Masks) =>
      bodyOf(
        api.POST("/v1/datasets/{dataset_id}/imports/labels", {
          params: { path, header: headers(about("labels", images)) },
          body: {
            source,
            split_rule: `given by ${source}`,
            masks,
            items: images.map(({ digest, entry }) => ({ image_id: digest, entry })),
          },
        }),
      ),
    correct: ({ digest: image_id, capture }) =>
      bodyOf(
        api.POST("/v1/datasets/{dataset_id}/captures", {
          params: { path, header: headers(`capture ${image_id}`) },
          body: { image_id, capture, reason: `imported from ${source}` },
        }),
      ),
    async caughtUp(min_version) {
      for (let tries = 0; tries < MOST_STALE; tries++) {
        const { stale } = await bodyOf(
          api.GET("/v1/datasets/{dataset_id}", { params: { path, query: { min_version } } }),
        );
        if (!stale) return;
      }
    },
  };
}

function registration({ digest, entry }: PreparedImage) {
  const { name, capture, group } = entry;
  return { digest, name: name.slice(0, NAME_LENGTH), capture, group: group.slice(0, GROUP_LENGTH) || null };
}

/** PUT bytes to a signed address, without a token. The digest in the header lets the store compare the bytes. */
async function putObject(url: string, { digest, media_type }: Sendable, body: Blob): Promise<void> {
  const bytes = digest.match(/../g)!.map((pair) => parseInt(pair, 16));
  const headers = { "Content-Type": media_type, "x-amz-checksum-sha256": btoa(String.fromCharCode(...bytes)) };
  let answer: Response;
  try {
    answer = await fetch(url, { method: "PUT", body, headers });
  } catch (error) {
    throw new Unreachable(String(error));
  }
  if (!answer.ok) throw await problemOf(answer);
}
