// Who an actor is: names lie beside history and can be erased, so they are asked for and not stored with it.
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";
import { api, take } from "@/api/client";
import type { Person } from "@/api/types";

/** How much of an id is shown where there is no name. */
const SHORT = 8;
const MINUTE_MS = 60_000;
const SYSTEM = "kenpin";

export function shown(people: ReadonlyMap<string, Person>, actor: string): string {
  const name = people.get(actor)?.name;
  if (name) return name;
  if (actor === SYSTEM) return "Kenpin";
  return actor.length > SHORT + 4 || people.get(actor)?.erased ? `${actor.slice(0, SHORT)}…` : actor;
}

async function everybody(): Promise<ReadonlyMap<string, Person>> {
  const found = new Map<string, Person>();
  let cursor: string | undefined;
  do {
    const page = await take(api.GET("/v1/people", { params: { query: { cursor } } }));
    for (const person of page.items) found.set(person.actor, person);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

export function usePeople() {
  const { data } = useQuery({ queryKey: ["people"], queryFn: everybody, staleTime: MINUTE_MS });
  const people = computed(() => data.value ?? new Map<string, Person>());
  return { nameOf: (actor: string) => shown(people.value, actor), isErased: (actor: string) => people.value.get(actor)?.erased ?? false };
}
