// Sign-in at an OpenID Connect issuer: code with PKCE by oidc-client-ts. Loaded lazily, with the library.
import {
  ErrorResponse,
  type OidcMetadata,
  type SigninRedirectArgs,
  type User,
  UserManager,
  WebStorageStateStore,
} from "oidc-client-ts";
import { api, newKey, writeHeaders, bodyOf, type Tokens } from "@/api/client";
import { SignedOut, Unreachable } from "@/api/problem";
import type { Oidc } from "@/app/config";
import { TokenStorage } from "./tokenStorage";

export const RETURN = "/signed-in";
/** The number of seconds before its end at which a token is renewed. */
const EARLY_S = 30;

/** Cognito's discovery document leaves out the parameters of /logout. With a domain, nothing is discovered. */
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
    userStore: new TokenStorage(),
    stateStore: new WebStorageStateStore({ store: sessionStorage, prefix: "kenpin.oidc." }),
    automaticSilentRenew: false,
    monitorSession: false,
  });
}

/** The person's tokens. Callers at the same time share one renewal. Throws SignedOut or Unreachable. */
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
  /** An issuer may leave out the end of a token. The platform's 401 then ends it. */
  const lasts = () => user.expires_in === undefined || user.expires_in > EARLY_S;
  return { renewed, lost, current: async () => (lasts() ? user.access_token : renewed()) };
}

export function nameOf({ profile }: User): string {
  const names = [profile.name, profile.preferred_username, profile.email, profile["cognito:username"]];
  return String(names.find(Boolean) ?? profile.sub);
}

/** Open the issuer's page, which leads back to the current address. */
export async function leave(
  manager: UserManager,
  path: string,
  preferences: Pick<SigninRedirectArgs, "ui_locales" | "extraQueryParams" | "prompt">,
): Promise<void> {
  await manager.signinRedirect({ ...preferences, nonce: newKey(), state: { path } });
}

/** Another issuer knows the name, so the browser tells it to Kenpin, for colleagues. Nothing waits for it. */
export async function introduce(user: User): Promise<void> {
  const { name, email } = { name: nameOf(user), email: user.profile.email ?? "" };
  if (name === user.profile.sub) return;
  const known = await bodyOf(api.GET("/v1/people/me")).catch(() => null);
  if (!known || (known.name === name && known.email === email)) return;
  await bodyOf(api.PUT("/v1/people/me", { params: { header: writeHeaders() }, body: { name, email } })).catch(
    () => null,
  );
}

/** Sign out here and at the issuer. Else the next person at this screen would be signed in as this one. */
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
