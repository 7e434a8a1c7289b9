// Sends a test event with the token of a line, as the line itself would.
import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { newKey } from "@/api/client";
import { problemOf, Unreachable } from "@/api/problem";
import type { IntakeOutcome } from "@/api/types";
import { type Connection, testEvent } from "./examples";

async function sendTest(to: Connection, token: string): Promise<IntakeOutcome> {
  const answer = await fetch("/v1/intake", {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify([testEvent(to, `test-${newKey()}`)]),
  }).catch((error: unknown) => {
    throw new Unreachable(String(error));
  });
  if (!answer.ok) throw await problemOf(answer);
  const [outcome] = (await answer.json()) as [IntakeOutcome];
  return outcome;
}

export function useConnectionTest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ to, token }: { to: Connection; token: string }) => sendTest(to, token),
    onSettled: () => client.invalidateQueries({ queryKey: ["intake"] }),
  });
}
