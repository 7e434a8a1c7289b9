// The pace of an import: pause and resume, and waiting for a lost line with longer and longer pauses.
import { reactive } from "vue";
import { isPassing, Unreachable } from "@/api/problem";

const FIRST_WAIT_S = 1;
const LONGEST_WAIT_S = 30;
/** Tries after which a server that answers, but fails, is no longer asked. */
const MOST_TRIES = 6;

export class Stopped extends Error {}

export interface Pace {
  readonly state: { paused: boolean; waiting: boolean };
  pause(): void;
  resume(): void;
  /** Try again at once. */
  wake(): void;
  /** End the import; what waits throws Stopped. */
  stop(): void;
  /** Wait while paused, then act; act again while the server cannot be reached. */
  act<T>(what: () => Promise<T>): Promise<T>;
}

export function newPace(): Pace {
  const state = reactive({ paused: false, waiting: false });
  let sleepers: (() => void)[] = [];
  let stopped = false;
  let asleep = 0;

  function wake(): void {
    const woken = sleepers;
    sleepers = [];
    for (const one of woken) one();
  }
  const sleep = (seconds: number) =>
    new Promise<void>((done) => {
      sleepers.push(done);
      if (seconds < Infinity) setTimeout(done, seconds * 1000);
    });
  async function rest(seconds: number): Promise<void> {
    if (stopped) throw new Stopped();
    asleep += 1;
    state.waiting = true;
    await sleep(seconds);
    asleep -= 1;
    state.waiting = asleep > 0;
  }
  async function goOn(): Promise<void> {
    while (state.paused && !stopped) await sleep(Infinity);
    if (stopped) throw new Stopped();
  }
  async function act<T>(what: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      await goOn();
      try {
        return await what();
      } catch (error) {
        if (!isWorthARetry(error, tries)) throw error;
        await rest(Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (tries - 1)));
      }
    }
  }
  return {
    state,
    pause: () => void (state.paused = true),
    resume: () => {
      state.paused = false;
      wake();
    },
    wake,
    stop: () => {
      stopped = true;
      wake();
    },
    act,
  };
}

const isWorthARetry = (error: unknown, tries: number) =>
  error instanceof Unreachable || (isPassing(error) && tries < MOST_TRIES);
