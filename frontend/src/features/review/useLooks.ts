// Measures how long the tiles of a grid were on screen with their pictures loaded.
import { onScopeDispose, type Ref, shallowRef } from "vue";
import { afterLook } from "./looks";

const TICK_MS = 200;
const VISIBLE_SHARE = 0.9;

export function useLooks(box: Readonly<Ref<HTMLElement | null>>) {
  const times = shallowRef<ReadonlyMap<string, number>>(new Map());
  const visible = new Set<Element>();
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        if (isIntersecting) visible.add(target);
        else visible.delete(target);
    },
    { threshold: VISIBLE_SHARE },
  );

  function watchTiles(): void {
    watcher.disconnect();
    visible.clear();
    for (const tile of box.value?.querySelectorAll("[data-annotation]") ?? []) watcher.observe(tile);
  }
  function isLoaded(tile: Element): boolean {
    const picture = tile.querySelector("img");
    return Boolean(picture?.complete && picture.naturalWidth);
  }
  function look(): void {
    if (document.hidden) return;
    const seen = [...visible].filter(isLoaded).map((tile) => (tile as HTMLElement).dataset["annotation"]!);
    if (seen.length) times.value = afterLook(times.value, seen, TICK_MS);
  }
  const clock = setInterval(look, TICK_MS);
  onScopeDispose(() => {
    clearInterval(clock);
    watcher.disconnect();
  });
  return { times, watchTiles };
}
