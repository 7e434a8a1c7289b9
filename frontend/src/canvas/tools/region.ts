// Finds the region around a press: of similar colour, or up to the edges. Brackets or the wheel change the tolerance.
import { isInMask } from "../geometry/masks";
import type { KeyInput, Mask, Point } from "../types";
import { drawShape, type Draft, type Press, type Tool, type ToolContext } from "./tool";

/** Regions around a place by tolerance: of more pixels with every step from 1 to 254. */
export interface GrownRegion {
  /** The tolerance at which the region changes least. */
  readonly tolerance: number;
  mask(tolerance: number): Mask;
}

export interface RegionSource {
  /** Return undefined while there is no picture. */
  grow(at: Point, along: "colour" | "edges"): Promise<GrownRegion | undefined>;
  tell(found: { mask: Mask; tolerance: number } | null): void;
}

const STEP = 2;
const MOST = 254;

export class RegionTool implements Tool {
  readonly pointer = "crosshair";
  private region: GrownRegion | undefined;
  private mask: Mask | undefined;
  private tolerance = 0;
  /** The newest search; the answer to an older one is dropped. */
  private search = 0;

  constructor(
    private readonly context: ToolContext,
    readonly name: "similar" | "assist",
    private readonly source: RegionSource,
  ) {}

  get drafts(): readonly Draft[] {
    if (!this.mask) return [];
    const geometry = { kind: "mask", mask: this.mask } as const;
    return [{ kind: "shape", geometry, colour: this.context.drawn_as.colour, proposal: true }];
  }

  press({ at }: Press): undefined {
    if (this.mask && isInMask(this.mask, ...at)) this.accept();
    else void this.find(at);
  }

  key({ key }: KeyInput): boolean {
    if (key === "Enter" && this.mask) {
      this.accept();
      return true;
    }
    return (key === "[" || key === "]") && this.wheel(key === "]" ? 1 : -1);
  }

  wheel(steps: number): boolean {
    if (!this.region) return false;
    this.show(this.tolerance + Math.sign(steps) * STEP);
    return true;
  }

  cancel(): boolean {
    const was = this.region !== undefined;
    this.search++;
    this.region = this.mask = undefined;
    if (was) this.source.tell(null);
    return was;
  }

  private accept(): void {
    const { mask } = this;
    this.cancel();
    if (mask) drawShape(this.context, { kind: "mask", mask });
  }

  private async find(at: Point): Promise<void> {
    this.cancel();
    const search = this.search;
    const region = await this.source.grow(at, this.name === "similar" ? "colour" : "edges");
    if (!region || search !== this.search) return;
    this.region = region;
    this.show(region.tolerance);
  }

  private show(tolerance: number): void {
    this.tolerance = Math.min(Math.max(tolerance, 1), MOST);
    this.mask = this.region?.mask(this.tolerance);
    if (this.mask) this.source.tell({ mask: this.mask, tolerance: this.tolerance });
  }
}
