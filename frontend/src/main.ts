// Starts the UI: language first, then the shell.
import "./ui/tokens.css";
import "./ui/base.css";
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { createApp } from "vue";
import { isPassing } from "./api/problem";
import App from "./app/App.vue";
import { router } from "./app/router";
import { useSession } from "./features/session/session";
import { i18n, speak } from "./i18n";

const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 5_000, retry: (tries, error) => tries < 2 && isPassing(error) } },
});

const app = createApp(App).use(createPinia());
const { locale } = useSession();
await speak(locale);
app.use(i18n).use(router).use(VueQueryPlugin, { queryClient }).mount("#app");
