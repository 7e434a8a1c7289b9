// What the UI learns at run time, beside its files: whether people sign in, and where.
export interface Oidc {
  issuer: string;
  client_id: string;
  /** Cognito's hosted pages; empty: the issuer's discovery document names its endpoints. */
  domain: string;
  scope?: string;
}

export interface Config {
  oidc: Oidc | null;
}

export async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`/config.json: ${answer.status}`);
  return (await answer.json()) as Config;
}
