import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Problem, Unreachable } from "@/api/problem";
import { newPace, Stopped } from "./pace";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const lost = () => Promise.reject(new Unreachable("no line"));

it("waits longer and longer while the line is lost, and says so", async () => {
  const pace = newPace();
  const act = vi.fn(lost);
  const sent = pace.act(act);
  await vi.advanceTimersByTimeAsync(0);
  expect(pace.state.waiting).toBe(true);
  await vi.advanceTimersByTimeAsync(7_000);
  expect(act).toHaveBeenCalledTimes(4);
  act.mockResolvedValue("sent" as never);
  await vi.advanceTimersByTimeAsync(8_000);
  expect(await sent).toBe("sent");
  expect(pace.state.waiting).toBe(false);
});

it("tries at once when it is woken", async () => {
  const pace = newPace();
  const act = vi.fn<() => Promise<string>>(lost);
  const sent = pace.act(act);
  await vi.advanceTimersByTimeAsync(0);
  act.mockResolvedValue("sent");
  pace.wake();
  expect(await sent).toBe("sent");
});

it("does nothing while it is paused", async () => {
  const pace = newPace();
  const act = vi.fn(() => Promise.resolve());
  pace.pause();
  const sent = pace.act(act);
  pace.wake();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(act).not.toHaveBeenCalled();
  pace.resume();
  await sent;
  expect(act).toHaveBeenCalledOnce();
});

it("gives up on a server that answers and fails, and at once on a refusal", async () => {
  const pace = newPace();
  const broken = vi.fn(() => Promise.reject(new Problem(500, {})));
  const given_up = expect(pace.act(broken)).rejects.toThrow(Problem);
  await vi.advanceTimersByTimeAsync(60_000);
  await given_up;
  expect(broken).toHaveBeenCalledTimes(6);
  await expect(pace.act(() => Promise.reject(new Problem(422, {})))).rejects.toThrow(Problem);
});

it("ends what waits when it is stopped", async () => {
  const pace = newPace();
  const waiting = expect(pace.act(lost)).rejects.toThrow(Stopped);
  pace.pause();
  pace.stop();
  await waiting;
});
