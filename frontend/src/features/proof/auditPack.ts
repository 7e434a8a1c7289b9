// Orders an audit pack from the node, with a token of an auditor that is revoked afterwards, and downloads it.
import { useMutation, useQuery } from "@tanstack/vue-query";
import { reactive } from "vue";
import { api, bodyOf, writeHeaders } from "@/api/client";
import { problemOf, Unreachable } from "@/api/problem";
import { loadConfig } from "@/app/config";
import { jsonLines } from "./jsonLines";

export interface PackScope {
  dataset_id: string | null;
  project_id: string | null;
  images: string[];
}

export interface PackSummary {
  streams: number;
  events: number;
  anchors: number;
  images: number;
  manifest: string;
  unanchored: string;
  wrong_pictures: string[];
}

interface PackLine {
  address?: string;
  done?: number;
  total?: number;
  pack?: PackSummary;
  failed?: string;
}

/** The node did not write the pack; the message says why. */
export class PackFailed extends Error {}

/** True where the platform writes packs for browsers: on one machine. */
export function useOffersPacks() {
  return useQuery({ queryKey: ["config"], queryFn: loadConfig, select: (config) => config.audit_packs === true });
}

export function useAuditPack() {
  const progress = reactive({ done: 0, total: 0 });

  async function write(scope: PackScope): Promise<PackSummary> {
    Object.assign(progress, { done: 0, total: 0 });
    const body = { label: "audit pack", project_id: "*", role: "auditor" as const, lines: [], days: 1 };
    const token = await bodyOf(api.POST("/v1/tokens", { params: { header: writeHeaders() }, body }));
    try {
      return await ordered(scope, token.token);
    } finally {
      const params = { path: { token_id: token.token_id }, header: writeHeaders() };
      await api.POST("/v1/tokens/{token_id}/revocation", { params, body: { reason: "audit pack written" } });
    }
  }

  async function ordered(scope: PackScope, token: string): Promise<PackSummary> {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const answer = await fetch("/audit-packs", { method: "POST", headers, body: JSON.stringify(scope) }).catch(
      (error: unknown) => {
        throw new Unreachable(String(error));
      },
    );
    if (!answer.ok || !answer.body) throw await problemOf(answer);
    let address = "";
    for await (const line of jsonLines<PackLine>(answer.body)) {
      address = line.address ?? address;
      Object.assign(progress, { done: line.done ?? progress.done, total: line.total ?? progress.total });
      if (line.failed) throw new PackFailed(line.failed);
      if (!line.pack) continue;
      save(address);
      return line.pack;
    }
    throw new Unreachable("the answer ended before the pack was written");
  }

  return { ...useMutation({ mutationFn: write }), progress };
}

function save(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "kenpin-pack.zip";
  link.click();
}
