// What the UI learns at run time, beside its files: where people sign in.
export interface Oidc {
  issuer: string;
  client_id: string;
  /** Cognito's hosted pages; empty: the issuer's discovery document names its endpoints. */
  domain: string;
  scope?: string;
  /** Where people change their password, when the issuer is Kenpin's own. */
  account_url?: string;
}

export interface Config {
  oidc: Oidc;
}

export async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`/config.json: ${answer.status}`);
  return (await answer.json()) as Config;
}
