import { expect, it } from "vitest";
import { RIGHTS } from "@/api/rights";
import type { Me } from "@/api/types";
import { granters, may } from "./rights";

const TAG = RIGHTS.tag_version;
const me: Me = {
  actor: "hanako",
  token_id: null,
  roles: [
    { project_id: "bakery", role: "engineer", lines: [] },
    { project_id: "*", role: "auditor", lines: [] },
  ],
  may: { engineer: [TAG, RIGHTS.list_runs], auditor: [RIGHTS.list_runs] },
  admins: { bakery: ["taro"], "*": ["root"] },
};

it("a role counts in its project, one on * in all", () => {
  expect(may(me, "tag_version", "bakery")).toBe(true);
  expect(may(me, "tag_version", "foundry")).toBe(false);
  expect(may(me, "list_runs", "foundry")).toBe(true);
});

it("without a project, a role anywhere counts", () => {
  expect(may(me, "tag_version")).toBe(true);
  expect(may(me, "invite_member")).toBe(false);
});

it("who can grant more is known for the project, or else for the installation", () => {
  expect(granters(me, "bakery")).toEqual(["taro"]);
  expect(granters(me, "foundry")).toEqual(["root"]);
});
