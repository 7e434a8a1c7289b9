// Keeps the rows of revoked roles in the list of members, so that no row moves under the pointer. Pure.
import type { Member } from "@/api/types";

export type HeldRole = Member["roles"][number];

export interface ShownRole extends HeldRole {
  revoked: boolean;
}

export type ShownMember = Omit<Member, "roles"> & { roles: ShownRole[] };

const sameRole = (one: HeldRole) => (other: HeldRole) => one.project_id === other.project_id && one.role === other.role;

/** Return the members as they are, with the revoked roles of `before`, each member as it was before a revocation. */
export function withRevoked(members: readonly Member[], before: ReadonlyMap<string, Member>): ShownMember[] {
  const now = new Map(members.map((member) => [member.actor, member]));
  const actors = [...new Set([...now.keys(), ...before.keys()])].sort();
  return actors.map((actor) => {
    const held = now.get(actor)?.roles ?? [];
    const earlier = before.get(actor)?.roles ?? [];
    const later = held.filter((role) => !earlier.some(sameRole(role)));
    const roles = [...earlier, ...later].map((role) => {
      const found = held.find(sameRole(role));
      return { ...(found ?? role), revoked: !found };
    });
    return { ...(now.get(actor) ?? before.get(actor)!), roles };
  });
}
