// Queries and commands of members and tokens.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { api, writeHeaders, bodyOf } from "@/api/client";
import type { Invitation, Member, NewToken } from "@/api/types";
import type { HeldRole } from "./revoked";

const SETTLED_MS = 3000;
interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export function useMembers() {
  return useQuery({
    queryKey: ["members"],
    queryFn: () => bodyOf(api.GET("/v1/members", { params: { query: { limit: 1000 } } })),
  });
}

export function useTokens() {
  return useQuery({
    queryKey: ["tokens"],
    queryFn: () => bodyOf(api.GET("/v1/tokens", { params: { query: { limit: 1000 } } })),
  });
}

/** The link to send to a new person is in this answer only. */
export function useInvite() {
  const client = useQueryClient();
  return useChange("members", async (body: Invitation) => {
    const invited = await bodyOf(api.POST("/v1/members", { params: { header: writeHeaders() }, body }));
    await seen(invited.id, invited.version);
    void client.invalidateQueries({ queryKey: ["people"] });
    return invited;
  });
}

export function useGrantRole() {
  return useChange("members", async ({ actor, project_id, role, lines }: HeldRole & { actor: string }) => {
    const { version } = await bodyOf(
      api.POST("/v1/members/{actor}/roles", {
        params: { path: { actor }, header: writeHeaders() },
        body: { project_id, role, lines },
      }),
    );
    await seen(actor, version);
  });
}

export function useRevokeRole() {
  return useChange("members", async ({ actor, project_id, role }: HeldRole & { actor: string }) => {
    const { version } = await bodyOf(
      api.POST("/v1/members/{actor}/roles/revocation", {
        params: { path: { actor }, header: writeHeaders() },
        body: { project_id, role, reason: "" },
      }),
    );
    await seen(actor, version).catch(() => undefined); // who has no role left is not shown any more
  });
}

export function useMakeToken() {
  return useChange("tokens", (body: NewToken) =>
    bodyOf(api.POST("/v1/tokens", { params: { header: writeHeaders() }, body })),
  );
}

export function useRevokeToken() {
  return useChange("tokens", async ({ token_id, actor }: { token_id: string; actor: string }) => {
    const { version } = await bodyOf(
      api.POST("/v1/tokens/{token_id}/revocation", {
        params: { path: { token_id }, header: writeHeaders() },
        body: { reason: "" },
      }),
    );
    await seen(actor, version).catch(() => undefined);
  });
}

/** The link is in this answer only. */
export function useInvitationLink() {
  return useChange("people", ({ actor, email }: { actor: string; email: string }) =>
    bodyOf(
      api.POST("/v1/people/{actor}/invitations", {
        params: { path: { actor }, header: writeHeaders() },
        body: { name: "", email },
      }),
    ),
  );
}

/** Remove an erased person from the list at once; the rows follow later. */
export function useErasePerson() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (actor: string) =>
      bodyOf(api.POST("/v1/people/{actor}/erasure", { params: { path: { actor }, header: writeHeaders() } })),
    onSuccess: ({ actor }) => {
      client.setQueryData<Page<Member>>(
        ["members"],
        (before) => before && { ...before, items: before.items.filter((one) => one.actor !== actor) },
      );
      void client.invalidateQueries({ queryKey: ["people"] });
      setTimeout(() => void client.invalidateQueries({ queryKey: ["members"] }), SETTLED_MS);
    },
  });
}

/** Wait until the rows show the change. */
const seen = (actor: string, min_version: number) =>
  bodyOf(api.GET("/v1/members/{actor}", { params: { path: { actor }, query: { min_version } } }));

function useChange<V, T>(key: string, mutationFn: (given: V) => Promise<T>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey: [key] }) });
}
