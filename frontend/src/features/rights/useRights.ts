// Tells whether the person may do something, and if not, why and whom to ask.
import { useQuery } from "@tanstack/vue-query";
import { useI18n } from "vue-i18n";
import { api, bodyOf } from "@/api/client";
import type { Operation } from "@/api/rights";
import { usePeople } from "@/features/people/usePeople";
import { granters, may } from "./rights";

const POLL_MS = 60_000;

export function useMe() {
  return useQuery({ queryKey: ["me"], queryFn: () => bodyOf(api.GET("/v1/me")), refetchInterval: POLL_MS });
}

export function useRights() {
  const { t } = useI18n();
  const { data: me } = useMe();
  const { namesOf } = usePeople();

  /** Null when it is allowed, and while the rights are unknown: the platform decides anyway. */
  function whyNot(operation: Operation, project?: string): string | null {
    if (!me.value || may(me.value, operation, project)) return null;
    const who = namesOf(granters(me.value, project));
    return who ? t("rights.ask", { who }) : t("rights.no");
  }

  return { me, whyNot };
}
