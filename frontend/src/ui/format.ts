// Numbers, times and durations in the reader's language, times in the zone of the site.
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { zoneOnScreen } from "./siteZone";

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

export function relative(iso: string, now: number, locale: string): string {
  const seconds = Math.min(0, Math.round((Date.parse(iso) - now) / 1000));
  const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** Format seconds: 3725 → 1:02:05, 42 → 0:42. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Format bytes: 1536 → 1.5 kB (of 1,024 bytes). */
export function bytes(value: number, locale: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(value) / Math.log(1024)));
  const shown = { style: "unit", unit: units[step], maximumFractionDigits: step ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale, shown).format(value / 1024 ** step);
}

export function useFormat() {
  const { locale } = useI18n();
  const whole = computed(() => new Intl.NumberFormat(locale.value));
  const share = computed(
    () => new Intl.NumberFormat(locale.value, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  );
  const moment = computed(() => {
    const shown = { dateStyle: "medium", timeStyle: "medium", timeZone: zoneOnScreen() } as const;
    return new Intl.DateTimeFormat(locale.value, shown);
  });
  return {
    count: (value: number) => whole.value.format(value),
    percent: (value: number | null | undefined) => (value == null ? "–" : share.value.format(value)),
    bytes: (value: number) => bytes(value, locale.value),
    decimal: (value: number | null | undefined, digits = 3) => (value == null ? "–" : value.toFixed(digits)),
    time: (iso: string | null | undefined) =>
      !iso ? "–" : Number.isNaN(Date.parse(iso)) ? iso : moment.value.format(new Date(iso)),
    ago: (iso: string) => relative(iso, Date.now(), locale.value),
    clock,
  };
}
