// Sign-in at an OpenID Connect issuer: code with PKCE by oidc-client-ts. Lazy, with the library.
import {
  ErrorResponse,
  type OidcMetadata,
  type SigninRedirectArgs,
  type User,
  UserManager,
  WebStorageStateStore,
} from "oidc-client-ts";
import { api, newKey, signed, take, type Tokens } from "@/api/client";
import { SignedOut, Unreachable } from "@/api/problem";
import type { Oidc } from "@/app/config";
import { Shelf } from "./shelf";

export const RETURN = "/signed-in";
/** seconds before its end at which a token is renewed rather than sent */
const EARLY_S = 30;

/** Cognito's own document leaves out how its /logout wants to be asked; with a domain nothing needs to be discovered. */
function cognito({ issuer, domain }: Oidc): Partial<OidcMetadata> {
  const endpoint = (name: string) => `${domain}/oauth2/${name}`;
  return {
    issuer,
    authorization_endpoint: endpoint("authorize"),
    token_endpoint: endpoint("token"),
    revocation_endpoint: endpoint("revoke"),
  };
}

export function managerOf(oidc: Oidc): UserManager {
  return new UserManager({
    authority: oidc.issuer,
    client_id: oidc.client_id,
    redirect_uri: location.origin + RETURN,
    post_logout_redirect_uri: `${location.origin}/`,
    scope: oidc.scope || "openid",
    ...(oidc.domain ? { metadata: cognito(oidc) } : {}),
    userStore: new Shelf(),
    stateStore: new WebStorageStateStore({ store: sessionStorage, prefix: "kenpin.oidc." }),
    automaticSilentRenew: false,
    monitorSession: false,
  });
}

/** The person's tokens; renewed once for everybody who asks at the same time. Throws SignedOut or Unreachable. */
export function tokensOf(manager: UserManager, first: User, lapsed: () => void): Tokens {
  let user = first;
  let renewing: Promise<string> | null = null;

  async function renew(): Promise<string> {
    try {
      if (!user.refresh_token) throw new SignedOut();
      user = (await manager.signinSilent())!;
      return user.access_token;
    } catch (error) {
      if (error instanceof SignedOut || error instanceof ErrorResponse) return lost();
      throw new Unreachable(String(error));
    }
  }

  function lost(): never {
    lapsed();
    throw new SignedOut();
  }

  const renewed = () => (renewing ??= renew().finally(() => (renewing = null)));
  /** An issuer need not say how long a token lasts: then the platform's 401 does. */
  const lasts = () => user.expires_in === undefined || user.expires_in > EARLY_S;
  return { renewed, lost, current: async () => (lasts() ? user.access_token : renewed()) };
}

export function nameOf({ profile }: User): string {
  const told = [profile.name, profile.preferred_username, profile.email, profile["cognito:username"]];
  return String(told.find(Boolean) ?? profile.sub);
}

/** To the issuer's page, and back to where one is now. */
export async function leave(
  manager: UserManager,
  path: string,
  preferences: Pick<SigninRedirectArgs, "ui_locales" | "extraQueryParams" | "prompt">,
): Promise<void> {
  await manager.signinRedirect({ ...preferences, nonce: newKey(), state: { path } });
}

/** Another issuer knows the name; Kenpin learns it from the person, for those who work with them. Nobody waits for it. */
export async function introduce(user: User): Promise<void> {
  const { name, email } = { name: nameOf(user), email: user.profile.email ?? "" };
  if (name === user.profile.sub) return;
  const known = await take(api.GET("/v1/people/me")).catch(() => null);
  if (!known || (known.name === name && known.email === email)) return;
  await take(api.PUT("/v1/people/me", { params: { header: signed() }, body: { name, email } })).catch(() => null);
}

/** Forget the person here, and at the issuer: else the next one at this screen would be signed in as them. */
export async function signOut(manager: UserManager, oidc: Oidc): Promise<void> {
  await manager.revokeTokens(["refresh_token"]).catch(() => undefined);
  const { end_session_endpoint } = oidc.domain
    ? {}
    : await manager.metadataService.getMetadata().catch(() => ({}) as Partial<OidcMetadata>);
  if (end_session_endpoint) return manager.signoutRedirect();
  await manager.removeUser();
  const query = new URLSearchParams({ client_id: oidc.client_id, logout_uri: `${location.origin}/` });
  location.assign(oidc.domain ? `${oidc.domain}/logout?${query}` : "/");
}
