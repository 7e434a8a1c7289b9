// Who sits here and how they like to see things; kept in this browser only.
import { defineStore } from "pinia";
import { ref, shallowRef, watchEffect } from "vue";

export type Theme = "dark" | "light";
export type Locale = "ja" | "en";
/** Why a sign-in failed: each has its own words. */
export type Reason = "unreachable" | "insecure" | "denied" | "refused" | "expired";
/** Between the first paint and the screens. */
export type SignInState = { state: "open" | "checking" | "out" } | { state: "failed"; reason: Reason; detail: string };

/** The way to the issuer and back. */
export interface IssuerActions {
  signIn(): Promise<void>;
  signOut(): Promise<void>;
  /** Where one changes one's password; empty: not with us. */
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
  /** Signed in when the work began, and not any more. */
  const lapsed = ref(false);

  /** Someone whom the issuer vouches for; their name is shown, and kept nowhere. */
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
