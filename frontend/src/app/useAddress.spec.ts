// @vitest-environment jsdom
import { createApp } from "vue";
import { createRouter, createWebHistory, type Router } from "vue-router";
import { beforeEach, describe, expect, it } from "vitest";
import { useAddress, useAddressKey } from "./useAddress";

const SCREEN = { render: () => null };
let router: Router;
let address: ReturnType<typeof useAddress>;
let chain: ReturnType<typeof useAddressKey>;
const place = () => router.options.history.state["position"] as number;
const shown = () => router.currentRoute.value.fullPath;

async function openAt(path: string): Promise<void> {
  router = createRouter({ history: createWebHistory(), routes: [{ path: "/:screen", component: SCREEN }] });
  const app = createApp(SCREEN).use(router);
  address = app.runWithContext(useAddress);
  chain = app.runWithContext(() => useAddressKey("chain"));
  await router.push(path);
}
function moved(): Promise<void> {
  return new Promise((done) => {
    const stop = router.afterEach(() => (stop(), done()));
  });
}
function goBack(): Promise<void> {
  const arrived = moved();
  router.back();
  return arrived;
}

describe("the query of the address", () => {
  beforeEach(() => openAt("/grid?verdict=OK"));

  it("takes a step for what is opened, and none for moves within it", async () => {
    const before = place();
    await address.change({ verdict: "OK", image: "a" });
    await address.change({ verdict: "OK", image: "b" });
    expect([shown(), place()]).toEqual(["/grid?verdict=OK&image=b", before + 1]);
    await goBack();
    expect([shown(), place()]).toEqual(["/grid?verdict=OK", before]);
  });

  it("goes back when what was opened is closed, whatever the order of the keys", async () => {
    const before = place();
    await router.push("/grid?verdict=OK&size=l");
    await address.change({ size: "l", verdict: "OK", image: "a" });
    await address.change({ size: "l", verdict: "OK" });
    expect(place()).toBe(before + 1);
  });

  it("opens and closes by the value of a key, as Back does", async () => {
    const before = place();
    for (const close of [() => (chain.value = null), () => router.back()]) {
      const opened = moved();
      chain.value = "a";
      await opened;
      expect([shown(), chain.value]).toEqual(["/grid?verdict=OK&chain=a", "a"]);
      const closed = moved();
      close();
      await closed;
      expect([shown(), chain.value, place()]).toEqual(["/grid?verdict=OK", null, before]);
    }
  });

  it("takes one step back when it is closed twice at once", async () => {
    const before = place();
    await address.change({ verdict: "OK", image: "a" });
    await Promise.all([address.change({ verdict: "OK" }), address.change({ verdict: "OK" })]);
    await new Promise((done) => setTimeout(done, 20));
    expect([shown(), place()]).toEqual(["/grid?verdict=OK", before]);
  });

  it("closes what a link opened without leaving the screen", async () => {
    await openAt("/grid?image=a");
    const before = place();
    await address.change({});
    expect([shown(), place()]).toEqual(["/grid", before]);
  });
});
