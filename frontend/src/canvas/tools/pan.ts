// Moves the view.
import type { Tool } from "./tool";

export class PanTool implements Tool {
  readonly name = "pan";
  readonly pointer = "grab";
  readonly drafts = [];

  press(): "pan" {
    return "pan";
  }
}
