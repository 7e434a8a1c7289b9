import { expect, it } from "vitest";
import { curlExample, pythonExample, testEvent } from "./examples";

const to = { address: "https://kenpin.example:8443", dataset_id: "cookies", line: "L'1" };

it("a test event is marked as one, and its source is no line's", () => {
  expect(testEvent(to, "t")).toMatchObject({ id: "t", kenpintest: true, source: "/connection-test/L'1" });
});

it("the examples have the real address, dataset and line, and no token", () => {
  const curl = curlExample(to);
  expect(curl).toContain("curl 'https://kenpin.example:8443/v1/intake'");
  expect(curl).toContain("L'\\''1");
  expect(curl).toContain('"kenpintest":true');
  expect(pythonExample(to)).toContain('ADDRESS, DATASET, LINE = "https://kenpin.example:8443", "cookies", "L\'1"');
  expect(curl + pythonExample(to)).not.toContain("kenpin_");
});
