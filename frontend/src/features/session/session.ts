// Who sits here and how they like to see things; kept in this browser only.
import { defineStore } from "pinia";
import { ref, watchEffect } from "vue";
import { actAs } from "@/api/client";

export type Theme = "dark" | "light";
export type Locale = "ja" | "en";

const ACTOR = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export const isActor = (id: string): boolean => ACTOR.test(id);

function kept<T extends string>(name: string, fallback: T): T {
  return (localStorage.getItem(`kenpin.${name}`) as T | null) ?? fallback;
}

export const useSession = defineStore("session", () => {
  const actor = ref(kept("actor", ""));
  const theme = ref<Theme>(kept<Theme>("theme", "dark"));
  const locale = ref<Locale>(kept<Locale>("locale", "ja"));

  watchEffect(() => {
    localStorage.setItem("kenpin.actor", actor.value);
    actAs(actor.value);
  });
  watchEffect(() => {
    localStorage.setItem("kenpin.theme", theme.value);
    document.documentElement.dataset.theme = theme.value;
  });
  watchEffect(() => {
    localStorage.setItem("kenpin.locale", locale.value);
    document.documentElement.lang = locale.value;
  });
  return { actor, theme, locale };
});
