// Loads the texts of the two languages. Each is loaded when it is needed.
import { createI18n } from "vue-i18n";
import type { Locale } from "@/features/session/session";

const messages = { ja: () => import("./ja.json"), en: () => import("./en.json") };

export const i18n = createI18n({
  legacy: false,
  locale: "ja",
  fallbackLocale: false,
  missingWarn: false,
  messages: {},
});

export async function setLanguage(locale: Locale): Promise<void> {
  const { default: words } = await messages[locale]();
  i18n.global.setLocaleMessage(locale, words as never);
  i18n.global.locale.value = locale as never;
}
