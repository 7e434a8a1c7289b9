// The rate of an upload and its time left, from what was done in the last seconds. Pure.

const WINDOW_MS = 10_000;

export interface Sample {
  at: number;
  bytes: number;
}

/** Return the samples with a new one, without those that are too old to tell the rate of now. */
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const recent = samples.filter(({ at }) => sample.at - at <= WINDOW_MS);
  return [...recent, sample];
}

/** Return bytes a second; null as long as too little is known. */
export function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 1000) return null;
  return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
}

export function secondsLeft(samples: readonly Sample[], total: number): number | null {
  const rate = rateOf(samples);
  return rate ? Math.ceil((total - samples.at(-1)!.bytes) / rate) : null;
}
