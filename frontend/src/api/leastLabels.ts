// The OK and NG images that each method needs. Written by `make generate` from domain/dataset/eligibility.py.
export const LEAST_LABELS = {
  probe: { OK: 2, NG: 2 },
  fine_tune: { OK: 2, NG: 2 },
  anomaly: { OK: 8, NG: 0 },
  segmentation: { OK: 2, NG: 2 },
} as const;
