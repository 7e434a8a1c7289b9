// The names of actors. They can be erased, so they are loaded and not stored in history.
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { api, bodyOf } from "@/api/client";
import type { Person } from "@/api/types";

/** The length of the id that stands for an unknown name. */
const SHORT = 8;
/** The length from which on an id is made by the platform: nobody is known by it. */
const MADE = 12;
const MINUTE_MS = 60_000;
/** The actors that are parts of the platform, besides itself. Nobody signs in as one. */
const PARTS = ["trainer", "factory"] as const;
const SYSTEM = "kenpin";

export function shown(
  people: ReadonlyMap<string, Person>,
  actor: string,
  parts: Readonly<Record<string, string>> = {},
): string {
  const name = people.get(actor)?.name ?? parts[actor];
  if (name) return name;
  if (actor === SYSTEM) return "Kenpin";
  return actor.length > SHORT + 4 || people.get(actor)?.erased ? `${actor.slice(0, SHORT)}…` : actor;
}

/** Return the names of the actors whom others know by a name, or by an id of their own choice. */
export function knownNames(people: ReadonlyMap<string, Person>, actors: readonly string[]): string[] {
  return actors.flatMap((actor) => people.get(actor)?.name || (actor.length < MADE ? actor : []));
}

async function peopleOf(judges_of?: string): Promise<ReadonlyMap<string, Person>> {
  const found = new Map<string, Person>();
  let cursor: string | undefined;
  do {
    const page = await bodyOf(api.GET("/v1/people", { params: { query: { judges_of, cursor } } }));
    for (const person of page.items) found.set(person.actor, person);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

/** The people whom one may know; `judges_of`: those who may judge the images of this project. */
export function usePeople(judges_of?: string) {
  const { t } = useI18n();
  const { data } = useQuery({
    queryKey: ["people", judges_of],
    queryFn: () => peopleOf(judges_of),
    staleTime: MINUTE_MS,
  });
  const people = computed(() => data.value ?? new Map<string, Person>());
  const parts = computed(() => Object.fromEntries(PARTS.map((part) => [part, t(`people.part.${part}`)])));
  const nameOf = (actor: string) => shown(people.value, actor, parts.value);
  return {
    named: computed(() => [...people.value.values()].filter(({ name }) => name)),
    nameOf,
    /** The known names of these actors in one line; empty when there is none. */
    namesOf: (actors: readonly string[]) => knownNames(people.value, actors).join(t("people.and")),
    isErased: (actor: string) => people.value.get(actor)?.erased ?? false,
  };
}
