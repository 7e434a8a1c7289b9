// The key of each verdict, in the order in which verdicts are shown.
export const VERDICT_KEYS = { OK: "O", NG: "N", HOLD: "H" } as const;
