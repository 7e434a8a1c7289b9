// Changes the query of the address. What a person opens is a step in the history of the browser, so that Back closes it.
import { computed } from "vue";
import { type LocationQuery, type LocationQueryRaw, type RouteLocationRaw, useRoute, useRouter } from "vue-router";

let isReturning = false;
const sorted = (query: LocationQuery) => JSON.stringify(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1)));

export function useAddress() {
  const router = useRouter();

  /** Return true when a location is where the person came from. */
  function isBefore(to: RouteLocationRaw): boolean {
    const { back } = router.options.history.state;
    if (typeof back !== "string") return false;
    const [before, wanted] = [router.resolve(back), router.resolve(to)];
    return before.path === wanted.path && sorted(before.query) === sorted(wanted.query);
  }

  /** Go back to a location where the person came from it, so that no further step is left behind; else replace with it. */
  async function leaveFor(to: RouteLocationRaw): Promise<void> {
    if (isReturning) return;
    if (!isBefore(to)) return void (await router.replace(to));
    isReturning = true;
    await new Promise<void>((done) => {
      const stop = router.afterEach(() => {
        stop();
        done();
      });
      router.back();
    });
    isReturning = false;
  }

  /** Show another query: a new key in it is a step, another value of a key is none, and without a key the step is undone. */
  async function change(query: LocationQueryRaw): Promise<void> {
    const now = router.currentRoute.value.query;
    const { query: wanted } = router.resolve({ query });
    const opens = Object.keys(wanted).some((key) => now[key] === undefined);
    if (opens) await router.push({ query });
    else await leaveFor({ query });
  }

  return { change, leaveFor };
}

/** The value of one key of the address, null without it: what is open on a screen, such as the image of a decision chain. */
export function useAddressKey(key: string) {
  const route = useRoute();
  const { change } = useAddress();
  const value = () => (typeof route.query[key] === "string" ? route.query[key] : null);
  return computed<string | null>({
    get: value,
    set(wanted) {
      if (wanted !== value()) void change({ ...route.query, [key]: wanted ?? undefined });
    },
  });
}
