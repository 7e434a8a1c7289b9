// Camera scales: the millimetres of a pixel on the part. Pure.
import type { DatasetScale } from "@/api/types";

/** Return the scale of a camera: its own, else that of the dataset; undefined where there is none. */
export function scaleOf(
  scales: readonly DatasetScale[] | undefined,
  camera: string | null | undefined,
): number | undefined {
  const own = (name: string | null) => scales?.find((one) => one.camera === name)?.mm_per_pixel;
  return (camera ? own(camera) : undefined) ?? own(null);
}
