// A worker that takes one file after another and answers with its SHA-256 and its first bytes.
import { digestOf } from "./digests";

addEventListener("message", async ({ data: { id, blob } }: MessageEvent<{ id: number; blob: Blob }>) => {
  try {
    postMessage({ id, ...(await digestOf(blob)) });
  } catch (error) {
    postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
