// Revokes roles, keeps their rows in the list, and undoes the last revocation.
import { computed, ref, shallowRef, type Ref } from "vue";
import type { Member } from "@/api/types";
import { useGrantRole, useRevokeRole } from "./queries";
import { type HeldRole, type ShownMember, withRevoked } from "./revoked";

export interface Revoked extends HeldRole {
  actor: string;
}

export function useRevocation(members: Ref<Member[]>) {
  const revoking = useRevokeRole();
  const granting = useGrantRole();
  const before = shallowRef<ReadonlyMap<string, Member>>(new Map());
  const last = ref<Revoked | null>(null);
  const shown = computed<ShownMember[]>(() => withRevoked(members.value, before.value));

  async function revoke(role: Revoked): Promise<void> {
    const kept = before.value.get(role.actor) ?? members.value.find(({ actor }) => actor === role.actor);
    if (kept) before.value = new Map(before.value).set(role.actor, kept);
    await revoking.mutateAsync(role);
    last.value = role;
  }

  /** Grant the role again. Returns it. */
  async function undo(): Promise<Revoked> {
    const role = last.value!;
    await granting.mutateAsync(role);
    last.value = null;
    return role;
  }

  return {
    shown,
    last,
    revoke,
    undo,
    busy: computed(() => revoking.isPending.value || granting.isPending.value),
    error: computed(() => revoking.error.value ?? granting.error.value),
  };
}
