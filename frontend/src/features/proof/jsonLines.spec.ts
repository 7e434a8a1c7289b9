import { expect, it } from "vitest";
import { jsonLines } from "./jsonLines";

it("lines are read whole, however the body was cut", async () => {
  const bytes = new TextEncoder().encode('{"name":"検品"}\n\n{"done":2}\n');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const found: unknown[] = [];
  for await (const line of jsonLines(body)) found.push(line);
  expect(found).toEqual([{ name: "検品" }, { done: 2 }]);
});
