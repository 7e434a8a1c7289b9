// Rounds of judging as series for charts, and the seconds per label of work. Pure.
import type { JudgedRound, RoundWork } from "@/api/types";

export interface RoundSeries {
  name: string;
  points: { round: number; value: number }[];
}

/** Sum the work of all policies. */
export function total(work: readonly RoundWork[]): Omit<RoundWork, "policy"> {
  const sum = (name: "judged" | "ng" | "timed" | "seconds") => work.reduce((all, one) => all + one[name], 0);
  return { judged: sum("judged"), ng: sum("ng"), timed: sum("timed"), seconds: sum("seconds") };
}

/** Return the seconds per label; null where no time is known. */
export function pace({ timed, seconds }: Pick<RoundWork, "timed" | "seconds">): number | null {
  return timed ? seconds / timed : null;
}

/** Return the seconds per label of each policy. A round without a known time has no point. The first round is 1. */
export function paces(rounds: readonly JudgedRound[]): RoundSeries[] {
  const found = new Map<string, RoundSeries["points"]>();
  rounds.forEach(({ work }, index) => {
    for (const one of work) {
      const value = pace(one);
      if (value === null) continue;
      found.set(one.policy, [...(found.get(one.policy) ?? []), { round: index + 1, value }]);
    }
  });
  return [...found].map(([name, points]) => ({ name, points }));
}

/** Return the escape rate and the overkill rate of the run at each end, in percent. The run before the first is 0. */
export function rates(rounds: readonly JudgedRound[]): RoundSeries[] {
  const ends = [...rounds.slice(0, 1).map(({ before }) => before), ...rounds.map(({ after }) => after)];
  const points = (part: "escapes" | "overkills", whole: "ng" | "ok") =>
    ends.flatMap((end, round) => (end[whole] ? [{ round, value: (100 * end[part]) / end[whole] }] : []));
  return [
    { name: "escape", points: points("escapes", "ng") },
    { name: "overkill", points: points("overkills", "ok") },
  ].filter((one) => one.points.length);
}
