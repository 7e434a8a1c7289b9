// A ref that follows another after it has not changed for a while.
import { onScopeDispose, type Ref, ref, watch } from "vue";

export function refDebounced<T>(source: Ref<T>, milliseconds: number): Ref<T> {
  const quiet = ref(source.value) as Ref<T>;
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(source, (value) => {
    clearTimeout(timer);
    timer = setTimeout(() => (quiet.value = value), milliseconds);
  });
  onScopeDispose(() => clearTimeout(timer));
  return quiet;
}
