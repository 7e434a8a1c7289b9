// Restores a session: after the issuer's page, after a reload, or signed out. Loaded lazily, with the library.
import { ErrorResponse, ErrorTimeout, type User, type UserManager } from "oidc-client-ts";
import type { Router } from "vue-router";
import { authenticateWith } from "@/api/client";
import type { Oidc } from "@/app/config";
import { introduce, leave, managerOf, nameOf, RETURN, signOut, tokensOf } from "./issuer";
import type { Reason, Session } from "./session";

export async function restoreSession(oidc: Oidc, session: Session, router: Router): Promise<void> {
  const manager = managerOf(oidc);
  const here = () => (location.pathname === RETURN ? "/" : location.pathname + location.search + location.hash);
  /** Kenpin's own issuer takes language and theme as parameters. Another issuer gets none. */
  const preferences = () => ({
    ui_locales: session.locale,
    ...(oidc.account_url ? { extraQueryParams: { theme: session.theme } } : {}),
  });
  session.issuer = {
    signIn: () => leave(manager, here(), preferences()).catch(fail),
    signOut: () => signOut(manager, oidc),
    account: oidc.account_url ?? "",
  };

  function fail(error: unknown): void {
    session.signIn = {
      state: "failed",
      reason: reasonOf(error),
      detail: error instanceof Error ? error.message : String(error),
    };
  }

  try {
    const user = location.pathname === RETURN ? await returned(manager, router) : await renewedUser(manager);
    if (user === "unknown" && oidc.account_url)
      return await leave(manager, here(), { ...preferences(), prompt: "none" });
    if (!user || user === "unknown") return void (session.signIn = { state: "out" });
    authenticateWith(tokensOf(manager, user, () => (session.lapsed = true)));
    session.enter(user.profile.sub, nameOf(user));
    if (!oidc.account_url) void introduce(user);
  } catch (error) {
    fail(error);
  }
}

/** Remove the issuer's code from the address in every case. */
async function returned(manager: UserManager, router: Router): Promise<User | null> {
  const address = location.href;
  try {
    const user = await manager.signinRedirectCallback(address);
    await router.replace(pathIn(user.state));
    return user;
  } catch (error) {
    await router.replace(error instanceof ErrorResponse ? pathIn(error.state) : "/");
    if (error instanceof ErrorResponse && error.error === "login_required") return null;
    throw error;
  }
}

const pathIn = (state: unknown) => (state as { path?: string } | null)?.path ?? "/";

/**
 * Return the renewed user; "unknown" in a new tab, which has no refresh token, and when that token is refused: a page
 * that closes while it renews its tokens loses the new one. The caller then asks our issuer once in the background.
 */
async function renewedUser(manager: UserManager): Promise<User | "unknown" | null> {
  const kept = await manager.getUser();
  if (!kept?.refresh_token) return "unknown";
  try {
    return await manager.signinSilent();
  } catch (error) {
    if (!(error instanceof ErrorResponse)) throw error;
    await manager.removeUser();
    return "unknown";
  }
}

export function reasonOf(error: unknown): Reason {
  if (!isSecureContext) return "insecure";
  if (error instanceof ErrorResponse) return error.error === "access_denied" ? "denied" : "refused";
  if (error instanceof TypeError || error instanceof ErrorTimeout) return "unreachable";
  return error instanceof Error && error.message.startsWith("No matching state") ? "expired" : "refused";
}
