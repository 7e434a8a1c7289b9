// Loads the settings of the UI at run time: the issuer where people sign in.
export interface Oidc {
  issuer: string;
  client_id: string;
  /** The domain of Cognito's hosted pages. When empty, the issuer's discovery document names its endpoints. */
  domain: string;
  scope?: string;
  /** The page where people change their password, when the issuer is Kenpin's own. */
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
