// The one way to the server: typed by the OpenAPI document, with the person's id and an idempotency key on every write.
import createClient from "openapi-fetch";
import { Problem, problemOf, Unreachable } from "./problem";
import type { paths } from "./schema";

let actor = "";

export function actAs(id: string): void {
  actor = id;
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable(String(error));
  }
}

/** The headers of a write: who states the fact, and the name of the request, so that it is never done twice. */
export function signed(key = newKey()): { "Kenpin-Actor": string; "Idempotency-Key": string } {
  return { "Kenpin-Actor": actor, "Idempotency-Key": key };
}

export const api = createClient<paths>({ baseUrl: "/", fetch: reach });

api.use({
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
});

/** The body of an answer; a Problem or Unreachable is thrown before it comes to this. */
export async function take<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await answer;
  if (data === undefined) throw new Problem(response.status, { detail: "The answer had no body." });
  return data;
}
