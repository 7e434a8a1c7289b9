// Asks for an audit pack, looks until it is written, and downloads it.
import { useMutation } from "@tanstack/vue-query";
import { onScopeDispose, ref } from "vue";
import { api, bodyOf, writeHeaders } from "@/api/client";
import type { AuditPack, PackContents } from "@/api/types";

const LOOK_MS = 1000;

export interface PackScope {
  dataset_id: string | null;
  project_id: string | null;
  images: string[];
}

/** The platform did not write the pack. */
export class PackFailed extends Error {
  constructor(readonly why: Exclude<AuditPack["failed"], "">) {
    super(why);
  }
}

export function useAuditPack() {
  const percent = ref(0);
  let gone = false;
  onScopeDispose(() => (gone = true));

  async function write(body: PackScope): Promise<PackContents | null> {
    percent.value = 0;
    const { pack_id } = await bodyOf(api.POST("/v1/proof/packs", { params: { header: writeHeaders() }, body }));
    while (!gone) {
      const pack = await bodyOf(api.GET("/v1/proof/packs/{pack_id}", { params: { path: { pack_id } } }));
      percent.value = pack.percent;
      if (pack.failed) throw new PackFailed(pack.failed);
      if (pack.url) {
        save(pack.url);
        return pack.contents;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return null;
  }

  return { ...useMutation({ mutationFn: write }), percent };
}

function save(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "kenpin-pack.zip";
  link.click();
}
