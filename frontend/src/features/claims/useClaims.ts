// Claims the images that the person judges next, and says which images others hold. Nobody is held up without it.
import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { api, bodyOf, writeHeaders } from "@/api/client";
import type { ImageClaim } from "@/api/types";
import { usePeople } from "@/features/people/usePeople";
import { useSession } from "@/features/session/session";
import { heldByOthers, runsShort, toClaim } from "./claims";

/** The images that a person holds at a time. */
const TAKEN = 8;
const RENEW_MS = 10_000;
/** Somebody who does nothing for as long holds nothing. */
const IDLE_MS = 120_000;
const ACTIVITY = ["keydown", "pointerdown", "wheel"] as const;

/** Return the time of the last key or click, which is now at first. */
function useActivity(): () => number {
  let last = Date.now();
  const note = () => (last = Date.now());
  for (const name of ACTIVITY) addEventListener(name, note, { passive: true });
  onScopeDispose(() => ACTIVITY.forEach((name) => removeEventListener(name, note)));
  return () => last;
}

/** `upcoming`: the images that wait for the person, in their order. `works`: false where they judge nothing. */
export function useClaims(dataset_id: Ref<string>, upcoming: () => readonly string[], works: () => boolean) {
  const session = useSession();
  const { nameOf } = usePeople();
  const lastActivity = useActivity();
  const claims = shallowRef<ImageClaim[]>([]);
  const now = ref(Date.now());
  const others = computed(() => heldByOthers(claims.value, session.actor, now.value));
  let isAsking = false;

  async function ask(image_ids: string[]): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    try {
      const answer = await bodyOf(
        api.POST("/v1/datasets/{dataset_id}/claims", {
          params: { path: { dataset_id: dataset_id.value }, header: writeHeaders() },
          body: { image_ids, take: TAKEN },
        }),
      );
      claims.value = answer.claims;
    } catch {
      // Without claims two people may look at one image; the image's revision still finds two judgements.
    } finally {
      isAsking = false;
    }
  }
  const isWorking = () => works() && !document.hidden && Date.now() - lastActivity() < IDLE_MS;
  const wanted = () => toClaim(upcoming(), others.value);
  function renew(): void {
    now.value = Date.now();
    if (isWorking()) void ask(wanted());
  }
  watch(
    () => [dataset_id.value, works(), upcoming()[0]],
    () => {
      if (isWorking() && runsShort(wanted(), claims.value, session.actor)) void ask(wanted());
    },
    { immediate: true },
  );
  const clock = setInterval(renew, RENEW_MS);
  onScopeDispose(() => {
    clearInterval(clock);
    if (claims.value.some(({ actor }) => actor === session.actor)) void ask([]);
  });

  /** Return the person who judges the image now; undefined for nobody and for oneself. */
  const holderOf = (image_id: string): string | undefined => others.value.get(image_id);
  function holderName(image_id: string): string | undefined {
    const holder = holderOf(image_id);
    return holder === undefined ? undefined : nameOf(holder);
  }
  return { holderOf, holderName, claims };
}
