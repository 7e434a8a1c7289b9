// How people come in: by naming themselves, or past the gate of an issuer.
import type { Router } from "vue-router";
import type { Config } from "@/app/config";
import type { Session } from "./session";

export async function enter(config: PromiseSettledResult<Config>, session: Session, router: Router): Promise<void> {
  if (config.status === "rejected") {
    session.gate = { state: "failed", reason: "unreachable", detail: String(config.reason) };
  } else if (config.value.oidc) {
    const { approach } = await import("./gate");
    await approach(config.value.oidc, session, router);
  } else {
    session.gate = { state: "open" };
  }
}
