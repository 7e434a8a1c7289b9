import { expect, it } from "vitest";
import type { Member } from "@/api/types";
import { withRevoked } from "./revoked";

const role = (name: "admin" | "inspector", project_id = "*") => ({
  project_id,
  role: name,
  lines: [],
  granted_at: "2026-04-01T00:00:00Z",
  granted_by: "root",
});
const member = (actor: string, ...roles: Member["roles"]): Member => ({
  actor,
  version: 1,
  invited_at: null,
  invited_by: null,
  locked_until: null,
  roles,
});
const rows = (members: ReturnType<typeof withRevoked>) =>
  members.flatMap(({ actor, roles }) => roles.map((one) => `${actor} ${one.role}${one.revoked ? " revoked" : ""}`));

it("the row of a revoked role stays where it was, also of a member without another", () => {
  const before = new Map([["b", member("b", role("admin"), role("inspector"))]]);
  const after = [member("a", role("admin")), member("c", role("admin"))];
  expect(rows(withRevoked(after, before))).toEqual(["a admin", "b admin revoked", "b inspector revoked", "c admin"]);
  const one = [...after, member("b", role("inspector"))];
  expect(rows(withRevoked(one, before))).toEqual(["a admin", "b admin revoked", "b inspector", "c admin"]);
});

it("a role that is granted again is no longer revoked, and a new one comes last", () => {
  const before = new Map([["b", member("b", role("admin"))]]);
  const again = [member("b", role("inspector", "bakery"), role("admin"))];
  expect(rows(withRevoked(again, before))).toEqual(["b admin", "b inspector"]);
});
