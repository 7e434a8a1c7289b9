import { ErrorResponse, User, type UserManager } from "oidc-client-ts";
import { describe, expect, it, vi } from "vitest";
import { SignedOut, Unreachable } from "@/api/problem";
import { reasonOf } from "./restoreSession";
import { nameOf, tokensOf } from "./issuer";

const now = () => Math.floor(Date.now() / 1000);
const user = (access_token: string, seconds: number, more: Partial<User> = {}) =>
  new User({
    access_token,
    token_type: "Bearer",
    refresh_token: "r",
    expires_at: now() + seconds,
    profile: { sub: "aya" } as User["profile"],
    ...more,
  });
const refused = (error: string) => new ErrorResponse({ error });

function tokens(first: User, signinSilent = vi.fn()) {
  const lapsed = vi.fn();
  return { signinSilent, lapsed, ...tokensOf({ signinSilent } as unknown as UserManager, first, lapsed) };
}

describe("a person's tokens", () => {
  it("are sent as long as they last", async () => {
    const { current, signinSilent } = tokens(user("first", 600));
    expect(await current()).toBe("first");
    expect(signinSilent).not.toHaveBeenCalled();
  });

  it("are sent when nobody knows how long they last", async () => {
    expect(await tokens(user("first", 0, { expires_at: undefined })).current()).toBe("first");
  });

  it("are renewed shortly before they end, once for all who ask", async () => {
    const { current, signinSilent } = tokens(user("first", 10), vi.fn().mockResolvedValue(user("second", 600)));
    expect(await Promise.all([current(), current(), current()])).toEqual(["second", "second", "second"]);
    expect(signinSilent).toHaveBeenCalledTimes(1);
    expect(await current()).toBe("second");
  });

  it("are lost when the issuer says no, and that is told", async () => {
    const { current, lapsed } = tokens(user("first", 10), vi.fn().mockRejectedValue(refused("invalid_grant")));
    await expect(current()).rejects.toThrow(SignedOut);
    expect(lapsed).toHaveBeenCalled();
  });

  it("are lost when nothing renews them", async () => {
    const { current, lapsed } = tokens(user("first", 10, { refresh_token: undefined }));
    await expect(current()).rejects.toThrow(SignedOut);
    expect(lapsed).toHaveBeenCalled();
  });

  it("are not lost while the issuer is away", async () => {
    const { current, lapsed } = tokens(
      user("first", 10),
      vi.fn().mockRejectedValueOnce(new TypeError("Failed to fetch")).mockResolvedValue(user("second", 600)),
    );
    await expect(current()).rejects.toThrow(Unreachable);
    expect(lapsed).not.toHaveBeenCalled();
    expect(await current()).toBe("second");
  });
});

it("a person is shown by the best name that the issuer told", () => {
  expect(
    nameOf(user("x", 1, { profile: { sub: "aya", email: "aya@example.com", name: "田中 綾" } as User["profile"] })),
  ).toBe("田中 綾");
  expect(
    nameOf(user("x", 1, { profile: { sub: "aya", "cognito:username": "tanaka" } as unknown as User["profile"] })),
  ).toBe("tanaka");
  expect(nameOf(user("x", 1))).toBe("aya");
});

it("every way to fail has its reason", () => {
  vi.stubGlobal("isSecureContext", true);
  const reasons = [
    refused("access_denied"),
    refused("invalid_scope"),
    new TypeError("Failed to fetch"),
    new Error("No matching state found in storage"),
    new Error("nonce in id_token does not match"),
  ].map(reasonOf);
  expect(reasons).toEqual(["denied", "refused", "unreachable", "expired", "refused"]);
  vi.stubGlobal("isSecureContext", false);
  expect(reasonOf(new Error("Crypto.subtle is available only in secure contexts"))).toBe("insecure");
});
