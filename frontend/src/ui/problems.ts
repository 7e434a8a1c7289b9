// The texts of problems in the reader's language, by their codes.
import { useI18n } from "vue-i18n";
import { type InvalidField, Problem, SignedOut, Unreachable } from "@/api/problem";
import { useFormat } from "./format";
import { useReasonText } from "./reasons";

interface Language {
  t: (key: string, values?: Record<string, string>) => string;
  /** Tells whether there is a text. */
  te: (key: string) => boolean;
  count: (value: number) => string;
  reasonText: (text: string) => string;
}

/** Return the key of the text for a status, which stands for problems without a text of their own. */
export function statusText(status: number): string {
  const named: Record<number, string> = {
    403: "forbidden",
    404: "not_found",
    408: "busy",
    412: "changed",
    413: "too_large",
    429: "busy",
    500: "broken",
  };
  return `problem.${named[status] ?? (status > 500 ? "busy" : "not_taken")}`;
}

export function problemTexts({ t, te, count, reasonText }: Language) {
  const filled = (parameters: Record<string, unknown> = {}) =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [
        name,
        typeof value === "number" ? count(value) : reasonText(String(value)),
      ]),
    );

  function problemText(error: unknown): string {
    if (error instanceof Unreachable) return t("problem.unreachable");
    if (error instanceof SignedOut) return t("problem.signed_out");
    if (!(error instanceof Problem)) return reasonText(String((error as Error).message));
    const { thing, name } = error.body.parameters ?? {};
    if (error.code === "NotFound" && thing)
      return t("problem.no_such", { thing: t(`thing.${thing}`), name: String(name) });
    const own = `refusal.${error.code}`;
    return te(own) ? t(own, filled(error.body.parameters)) : t(statusText(error.status));
  }

  function fieldText({ code, parameters }: InvalidField): string {
    const own = `invalid.${code}`;
    return te(own) ? t(own, filled(parameters)) : t("invalid.other");
  }

  /** Return the name of a field: a filter of the address, or a capture condition, in words; others as the API writes. */
  function fieldName({ where }: InvalidField): string {
    const [holder, name] = where.split(".").slice(-2);
    const own = { query: `facet.${name}`, capture: `capture.${name}` }[holder ?? ""];
    return own && te(own) ? t(own) : where;
  }

  return { problemText, fieldText, fieldName };
}

export function useProblemText(): ReturnType<typeof problemTexts> {
  const { t, te } = useI18n();
  const { count } = useFormat();
  return problemTexts({ t, te, count, reasonText: useReasonText() });
}
