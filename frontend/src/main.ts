// Starts the UI: the language first, then the app.
import "./ui/tokens.css";
import "./ui/base.css";
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { createApp, watch } from "vue";
import { serverReached } from "./api/client";
import { isPassing } from "./api/problem";
import { loadConfig } from "./app/config";
import Root from "./app/Root.vue";
import { router } from "./app/router";
import { enter } from "./features/session/enter";
import { useSession } from "./features/session/session";
import { i18n, setLanguage } from "./i18n";

const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: (tries, error) => tries < 2 && isPassing(error) },
    /** A command that is sent offline fails at once and says so. It does not wait to be sent later unseen. */
    mutations: { networkMode: "always" },
  },
});

watch(serverReached, (back) => {
  if (back) void queryClient.refetchQueries({ type: "active", stale: true });
});

const app = createApp(Root).use(createPinia());
const session = useSession();
const [config] = await Promise.allSettled([loadConfig(), setLanguage(session.locale)]);
void enter(config, session, router);
app.use(i18n).use(router).use(VueQueryPlugin, { queryClient }).mount("#app");
