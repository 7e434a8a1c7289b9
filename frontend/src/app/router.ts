// The route of each screen. Every screen is loaded lazily.
import { ref } from "vue";
import { createRouter, createWebHistory } from "vue-router";
import { useSession } from "@/features/session/session";

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", name: "home", component: () => import("@/features/home/HomeScreen.vue") },
    { path: "/datasets/:dataset_id", redirect: (to) => ({ name: "gallery", params: to.params }) },
    {
      path: "/datasets/:dataset_id/gallery",
      name: "gallery",
      component: () => import("@/features/gallery/GalleryScreen.vue"),
      props: true,
    },
    {
      path: "/datasets/:dataset_id/annotate/:image_id",
      name: "annotate",
      component: () => import("@/features/annotate/AnnotateScreen.vue"),
      props: true,
    },
    {
      path: "/datasets/:dataset_id/import",
      name: "import",
      component: () => import("@/features/imports/ImportScreen.vue"),
      props: true,
    },
    {
      path: "/datasets/:dataset_id/review",
      name: "review",
      component: () => import("@/features/review/ReviewScreen.vue"),
      props: true,
    },
    {
      path: "/datasets/:dataset_id/agreement",
      name: "agreement",
      component: () => import("@/features/agreement/AgreementScreen.vue"),
      props: true,
    },
    {
      path: "/datasets/:dataset_id/data",
      name: "data",
      component: () => import("@/features/data/DataScreen.vue"),
      props: true,
    },
    {
      path: "/datasets/:dataset_id/health",
      name: "health",
      component: () => import("@/features/health/HealthScreen.vue"),
      props: true,
    },
    {
      path: "/datasets/:dataset_id/versions",
      name: "versions",
      component: () => import("@/features/versions/VersionsScreen.vue"),
      props: true,
    },
    {
      path: "/datasets/:dataset_id/models",
      name: "models",
      component: () => import("@/features/models/ModelsScreen.vue"),
      props: true,
    },
    {
      path: "/datasets/:dataset_id/readjudication",
      name: "readjudication",
      component: () => import("@/features/readjudication/ReadjudicationScreen.vue"),
      props: true,
    },
    {
      path: "/projects/:project_id",
      name: "project",
      component: () => import("@/features/projects/ProjectScreen.vue"),
      props: true,
    },
    {
      path: "/projects/:project_id/label-book",
      name: "label_book",
      component: () => import("@/features/standard/LabelBookScreen.vue"),
      props: true,
    },
    {
      path: "/projects/:project_id/webhooks",
      name: "webhooks",
      component: () => import("@/features/webhooks/WebhooksScreen.vue"),
      props: true,
    },
    { path: "/runs", name: "runs", component: () => import("@/features/runs/RunsScreen.vue") },
    { path: "/runs/compare", name: "compare", component: () => import("@/features/runs/CompareScreen.vue") },
    { path: "/runs/:run_id", name: "run", component: () => import("@/features/runs/RunScreen.vue"), props: true },
    { path: "/intake", name: "intake", component: () => import("@/features/intake/IntakeScreen.vue") },
    {
      path: "/intake/connect",
      name: "connect",
      component: () => import("@/features/intake/ConnectScreen.vue"),
    },
    { path: "/proof", name: "proof", component: () => import("@/features/proof/ProofScreen.vue") },
    { path: "/settings", redirect: "/settings/members" },
    { path: "/settings/members", name: "members", component: () => import("@/features/rights/MembersScreen.vue") },
    { path: "/settings/tokens", name: "tokens", component: () => import("@/features/rights/TokensScreen.vue") },
    { path: "/settings/mail", name: "mail", component: () => import("@/features/mail/MailScreen.vue") },
    { path: "/:rest(.*)*", name: "nowhere", component: () => import("./NotFoundScreen.vue") },
  ],
});

/** The issuer's pages name their language in the address that they lead to. It is taken over, and taken off. */
router.beforeEach(({ path, query: { ui_locales, ...query }, hash }) => {
  if (ui_locales === undefined) return true;
  if (ui_locales === "ja" || ui_locales === "en") useSession().locale = ui_locales;
  return { path, query, hash, replace: true };
});

/** The address of the screen whose code could not be loaded. Only reloading the page helps. */
export const failedAddress = ref<string | null>(null);
router.onError((_error, to) => {
  failedAddress.value = to.fullPath;
});
router.afterEach(() => {
  failedAddress.value = null;
});
