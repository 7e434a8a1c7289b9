// The name of a policy of suggestions in the reader's words.
import { useI18n } from "vue-i18n";

/** The number at the end of a policy is the version of its rule. */
export function usePolicyName(): (policy: string) => string {
  const { t } = useI18n();
  return (policy) => policy.replace(/-\d+$/, "").replaceAll(/[a-z_]{4,}/g, (one) => t(`policy_gain.name.${one}`, one));
}
