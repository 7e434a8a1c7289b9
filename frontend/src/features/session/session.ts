// The signed-in person and the settings of this browser: language and theme.
import { defineStore } from "pinia";
import { ref, shallowRef, watchEffect } from "vue";

export type Theme = "dark" | "light";
export type Locale = "ja" | "en";
/** The reasons why a sign-in can fail. Each has its own text. */
export type Reason = "unreachable" | "insecure" | "denied" | "refused" | "expired";
/** The state of the sign-in before the screens are shown. */
export type SignInState = { state: "open" | "checking" | "out" } | { state: "failed"; reason: Reason; detail: string };

/** The functions of the issuer. */
export interface IssuerActions {
  signIn(): Promise<void>;
  signOut(): Promise<void>;
  /** The page where the person changes the password; empty when the issuer is not Kenpin's own. */
  account: string;
}

export type Session = ReturnType<typeof useSession>;

function kept<T extends string>(name: string, fallback: T): T {
  return (localStorage.getItem(`kenpin.${name}`) as T | null) ?? fallback;
}

export const useSession = defineStore("session", () => {
  const actor = ref("");
  const name = ref("");
  const theme = ref<Theme>(kept<Theme>("theme", "dark"));
  const locale = ref<Locale>(kept<Locale>("locale", "ja"));
  const signIn = shallowRef<SignInState>({ state: "checking" });
  const issuer = shallowRef<IssuerActions | null>(null);
  /** True when the sign-in ended during work. */
  const lapsed = ref(false);

  /** The actor and name that the issuer gives. The name is shown and not stored. */
  function enter(sub: string, shown: string): void {
    actor.value = sub;
    name.value = shown;
    signIn.value = { state: "open" };
  }

  watchEffect(() => {
    localStorage.setItem("kenpin.theme", theme.value);
    document.documentElement.dataset.theme = theme.value;
  });
  watchEffect(() => {
    localStorage.setItem("kenpin.locale", locale.value);
    document.documentElement.lang = locale.value;
  });
  return { actor, name, theme, locale, signIn, issuer, lapsed, enter };
});
