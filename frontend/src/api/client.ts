// Sends requests to the server. Every request carries a token, every write an idempotency key.
import createClient from "openapi-fetch";
import { ref } from "vue";
import { Problem, problemOf, Unreachable } from "./problem";
import type { paths } from "./schema";

/** The access tokens of the signed-in person. The functions throw SignedOut when the person must sign in again. */
export interface Tokens {
  current(): Promise<string>;
  renewed(): Promise<string>;
  lost(): never;
}

let tokens: Tokens | null = null;

/** True when the last request reached the server. */
export const serverReached = ref(true);

/** True while a request waits for a database that slept. */
export const databaseWaking = ref(false);
const MOST_TRIES = 12;

/** Set the source of the tokens for all later requests. */
export function authenticateWith(source: Tokens | null): void {
  tokens = source;
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A token can be revoked before it expires. The request is then sent once more with a new token. */
async function fetchWithToken(request: Request): Promise<Response> {
  if (!tokens) return sendUntilAwake(request);
  const again = request.clone();
  const answer = await sendUntilAwake(withToken(request, await tokens.current()));
  if (answer.status !== 401) return answer;
  const second = await sendUntilAwake(withToken(again, await tokens.renewed()));
  return second.status === 401 ? tokens.lost() : second;
}

function withToken(request: Request, token: string): Request {
  request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

/** Send the request again, for about a minute, while the server answers that its database is waking up. */
async function sendUntilAwake(request: Request): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const again = request.clone();
    const answer = await send(request);
    databaseWaking.value = tries < MOST_TRIES && (await isWaking(answer));
    if (!databaseWaking.value) return answer;
    const seconds = Number(answer.headers.get("Retry-After"));
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    request = again;
  }
}

async function isWaking(answer: Response): Promise<boolean> {
  if (answer.status !== 503) return false;
  const body = (await answer
    .clone()
    .json()
    .catch(() => ({}))) as { waking?: boolean };
  return body.waking === true;
}

async function send(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    serverReached.value = true;
    return answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    serverReached.value = false;
    throw new Unreachable(String(error));
  }
}

/** Return the headers of a write: its idempotency key, and the batch that it belongs to. */
export function writeHeaders(key = newKey(), batch?: string): { "Idempotency-Key": string; "Kenpin-Batch"?: string } {
  return { "Idempotency-Key": key, ...(batch ? { "Kenpin-Batch": batch } : {}) };
}

export const api = createClient<paths>({ baseUrl: "/", fetch: fetchWithToken });

api.use({
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
});

/** Return the body of an answer. Throws Problem or Unreachable. */
export async function bodyOf<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await answer;
  if (data === undefined) throw new Problem(response.status, { detail: "The answer had no body." });
  return data;
}

interface Page {
  items: unknown[];
  next_cursor?: string | null;
}

/** Return the first page with the items of the next ones, up to `most`. Large items end a page before its limit. */
export async function pagesOf<P extends Page>(
  ask: (cursor: string | undefined) => Promise<P>,
  most = Infinity,
): Promise<P> {
  const first = await ask(undefined);
  const items: P["items"] = [...first.items];
  let cursor = first.next_cursor;
  while (cursor && items.length < most) {
    const page = await ask(cursor);
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return { ...first, items: items.slice(0, most) };
}
