import { expect, it } from "vitest";
import type { Me } from "@/api/types";
import { granters, may } from "./rights";

const TAG = "POST /v1/datasets/<dataset_id>/tags";
const me: Me = {
  actor: "hanako",
  token_id: null,
  roles: [
    { project_id: "bakery", role: "engineer", lines: [] },
    { project_id: "*", role: "auditor", lines: [] },
  ],
  may: { engineer: [TAG, "GET /v1/runs"], auditor: ["GET /v1/runs"] },
  admins: { bakery: ["taro"], "*": ["root"] },
};

it("a role counts in its project, one on * in all", () => {
  expect(may(me, TAG, "bakery")).toBe(true);
  expect(may(me, TAG, "foundry")).toBe(false);
  expect(may(me, "GET /v1/runs", "foundry")).toBe(true);
});

it("without a project, a role anywhere counts", () => {
  expect(may(me, TAG)).toBe(true);
  expect(may(me, "POST /v1/members")).toBe(false);
});

it("who can grant more is known for the project, or else for the installation", () => {
  expect(granters(me, "bakery")).toEqual(["taro"]);
  expect(granters(me, "foundry")).toEqual(["root"]);
});
