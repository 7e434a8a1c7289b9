import { expect, it } from "vitest";
import { TokenStorage } from "./tokenStorage";

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    setItem: (key: string, value: string) => void kept.set(key, value),
    getItem: (key: string) => kept.get(key) ?? null,
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
}

const USER = JSON.stringify({
  access_token: "access",
  id_token: "id",
  refresh_token: "refresh",
  expires_at: 1,
  scope: "openid",
  token_type: "Bearer",
  profile: { sub: "aya" },
});

it("gives back all that it was given while the page lives", async () => {
  const tokens = new TokenStorage(storage());
  await tokens.set("user", USER);
  expect(await tokens.get("user")).toBe(USER);
});

it("leaves to the next page only what renews, and who it is", async () => {
  const lasting = storage();
  await new TokenStorage(lasting).set("user", USER);
  expect(JSON.parse((await new TokenStorage(lasting).get("user"))!)).toEqual({
    refresh_token: "refresh",
    scope: "openid",
    token_type: "Bearer",
    profile: { sub: "aya" },
  });
});

it("forgets in both places", async () => {
  const lasting = storage();
  const tokens = new TokenStorage(lasting);
  await tokens.set("user", USER);
  expect(await tokens.remove("user")).toBe(USER);
  expect([await tokens.get("user"), lasting.getItem("user")]).toEqual([null, null]);
});
