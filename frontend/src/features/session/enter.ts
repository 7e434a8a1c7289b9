// Starts the session: at the issuer of /config.json, or without one.
import type { Router } from "vue-router";
import type { Config } from "@/app/config";
import type { Session } from "./session";

export async function enter(config: PromiseSettledResult<Config>, session: Session, router: Router): Promise<void> {
  if (config.status === "rejected") {
    session.signIn = { state: "failed", reason: "unreachable", detail: String(config.reason) };
  } else {
    const { restoreSession } = await import("./restoreSession");
    await restoreSession(config.value.oidc, session, router);
  }
}
