// What the signed-in person may do where, and who could let them do more; as the platform tells (/v1/me).
import { RIGHTS, type Operation } from "@/api/rights";
import type { Me } from "@/api/types";

export const EVERYWHERE = "*";

/** The roles that count in a project; without one, all roles anywhere. */
function held(me: Me, project: string | undefined): string[] {
  return me.roles
    .filter((one) => project === undefined || one.project_id === project || one.project_id === EVERYWHERE)
    .map((one) => one.role);
}

/** True when the operation is allowed in the project; in none named: anywhere. */
export function may(me: Me, operation: Operation, project?: string): boolean {
  return held(me, project).some((role) => me.may[role]?.includes(RIGHTS[operation]));
}

export function granters(me: Me, project?: string): string[] {
  return me.admins[project ?? EVERYWHERE] ?? me.admins[EVERYWHERE] ?? [];
}
