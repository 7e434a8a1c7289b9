// Queries of anchors and keys, and the check of the chain in this browser.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { ref } from "vue";
import { api, writeHeaders, bodyOf, pagesOf } from "@/api/client";
import { firstBreak, type Head, type StoredCommit } from "./chain";

/** People without the right do not request these. */
export function useAnchors(may: () => boolean) {
  return useQuery({
    queryKey: ["proof", "anchors"],
    enabled: may,
    queryFn: () => bodyOf(api.GET("/v1/proof/anchors", { params: { query: { limit: 10 } } })),
  });
}

export function useKeysOfProof() {
  return useQuery({ queryKey: ["proof", "keys"], queryFn: () => bodyOf(api.GET("/v1/proof/keys")) });
}

export function useTakeAnchor() {
  const client = useQueryClient();
  const mutationFn = () => bodyOf(api.POST("/v1/proof/anchors", { params: { header: writeHeaders() } }));
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey: ["proof"] }) });
}

async function heads(): Promise<Head[]> {
  const ask = (cursor?: string) => bodyOf(api.GET("/v1/streams", { params: { query: { limit: 1000, cursor } } }));
  return (await pagesOf(ask)).items;
}

/** Yield the commits of a stream up to a head. `from`: a version, after which they begin. */
export async function* commitsOf(head: Head, from = 0): AsyncGenerator<StoredCommit> {
  for (let after = from; after < head.version;) {
    const { items } = await bodyOf(
      api.GET("/v1/streams/{stream}/commits", {
        params: { path: { stream: head.stream }, query: { after, limit: 1000 } },
      }),
    );
    if (!items.length) return;
    yield* items;
    after = items.at(-1)!.first + items.at(-1)!.count - 1;
  }
}

/** Progress and result of a check. `broken` names the first wrong version of each stream. */
export function useChainCheck(tenant: () => string) {
  const [done, total] = [ref(0), ref(0)];
  const broken = ref<{ stream: string; version: number }[]>([]);
  async function check(): Promise<number> {
    [done.value, total.value, broken.value] = [0, 0, []];
    const all = await heads();
    total.value = all.reduce((events, head) => events + head.version, 0);
    for (const head of all) {
      const version = await firstBreak(head, tenant(), commitsOf(head), (events) => {
        done.value += events;
      });
      if (version !== null) broken.value.push({ stream: head.stream, version });
    }
    return all.length;
  }
  return { ...useMutation({ mutationFn: check }), done, total, broken };
}
