// How people come in: past the gate of an issuer, once it is known which.
import type { Router } from "vue-router";
import type { Config } from "@/app/config";
import type { Session } from "./session";

export async function enter(config: PromiseSettledResult<Config>, session: Session, router: Router): Promise<void> {
  if (config.status === "rejected") {
    session.gate = { state: "failed", reason: "unreachable", detail: String(config.reason) };
  } else {
    const { approach } = await import("./gate");
    await approach(config.value.oidc, session, router);
  }
}
