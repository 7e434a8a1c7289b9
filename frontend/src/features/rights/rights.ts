// The rights of the signed-in person, and who can grant more, from /v1/me.
import { RIGHTS, type Operation } from "@/api/rights";
import type { Me } from "@/api/types";

export const EVERYWHERE = "*";

/** Return the roles in a project; without a project, all roles. */
function held(me: Me, project: string | undefined): string[] {
  return me.roles
    .filter((one) => project === undefined || one.project_id === project || one.project_id === EVERYWHERE)
    .map((one) => one.role);
}

/** Return true when the operation is allowed in the project; without a project, in any. */
export function may(me: Me, operation: Operation, project?: string): boolean {
  return held(me, project).some((role) => me.may[role]?.includes(RIGHTS[operation]));
}

export function granters(me: Me, project?: string): string[] {
  return me.admins[project ?? EVERYWHERE] ?? me.admins[EVERYWHERE] ?? [];
}
