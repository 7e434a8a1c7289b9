import { afterEach, describe, expect, it, vi } from "vitest";
import { api, authenticateWith, databaseWaking, writeHeaders, bodyOf, pagesOf, type Tokens } from "./client";
import { Problem, SignedOut } from "./problem";

const answer = (status: number) => new Response("{}", { status, headers: { "content-type": "application/json" } });
const write = () =>
  bodyOf(
    api.POST("/v1/projects", {
      baseUrl: "http://kenpin.test",
      params: { header: writeHeaders("key") },
      body: { project_id: "p", name: "P" },
    }),
  );

function tokens(): Tokens {
  return {
    current: async () => "first",
    renewed: vi.fn(async () => "second"),
    lost: () => {
      throw new SignedOut();
    },
  };
}

function served(...statuses: number[]) {
  const asked: { authorization: string | null; key: string | null; body: string }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { headers } = request;
    asked.push({
      authorization: headers.get("Authorization"),
      key: headers.get("Idempotency-Key"),
      body: await request.text(),
    });
    return answer(statuses.shift()!);
  });
  return asked;
}

afterEach(() => authenticateWith(null));

describe("a list that ends its pages early", () => {
  const pages = [
    { items: [1, 2], next_cursor: "b", as_of: 7 },
    { items: [3], next_cursor: "c", as_of: 8 },
    { items: [4], next_cursor: null, as_of: 8 },
  ];
  const ask = (cursor?: string) => Promise.resolve(pages["abc".indexOf(cursor ?? "a")]!);

  it("is read to its end, as of its first page", async () => {
    expect(await pagesOf(ask)).toMatchObject({ items: [1, 2, 3, 4], as_of: 7 });
  });

  it("is read as far as wanted", async () => {
    expect((await pagesOf(ask, 3)).items).toEqual([1, 2, 3]);
  });
});

describe("a request", () => {
  it("carries a token, and its own name when it writes", async () => {
    const asked = served(201);
    authenticateWith(tokens());
    await write();
    expect(asked).toMatchObject([{ authorization: "Bearer first", key: "key" }]);
  });

  it("waits for a database that slept, and is sent again as it was", async () => {
    vi.useFakeTimers();
    const waking = () =>
      new Response('{"waking": true}', {
        status: 503,
        headers: { "Retry-After": "5", "content-type": "application/problem+json" },
      });
    const answers = [waking(), waking(), answer(201)];
    const keys: (string | null)[] = [];
    vi.stubGlobal("fetch", async (request: Request) => {
      keys.push(request.headers.get("Idempotency-Key"));
      return answers.shift()!;
    });
    const done = write();
    await vi.advanceTimersByTimeAsync(1000);
    expect(databaseWaking.value).toBe(true);
    await vi.advanceTimersByTimeAsync(9000);
    await done;
    expect(databaseWaking.value).toBe(false);
    expect(keys).toEqual(["key", "key", "key"]);
    vi.useRealTimers();
  });

  it("is not sent again when the server is unavailable for another reason", async () => {
    const asked = served(503);
    await expect(write()).rejects.toBeInstanceOf(Problem);
    expect(asked).toHaveLength(1);
  });

  it("is sent again, the same, with a new token when the first is not taken", async () => {
    const asked = served(401, 201);
    authenticateWith(tokens());
    await write();
    expect(asked.map(({ authorization }) => authorization)).toEqual(["Bearer first", "Bearer second"]);
    expect(asked[1]).toEqual({ ...asked[0], authorization: "Bearer second" });
    expect(asked[1]!.body).toContain('"project_id":"p"');
  });

  it("ends in signing in when the new token is not taken either", async () => {
    const asked = served(401, 401);
    authenticateWith(tokens());
    await expect(write()).rejects.toThrow(SignedOut);
    expect(asked).toHaveLength(2);
  });

  it("is refused for other reasons as ever", async () => {
    served(403);
    authenticateWith(tokens());
    await expect(write()).rejects.toThrow(Problem);
  });
});
