import { expect, it } from "vitest";
import { sectionsOf } from "./card";

it("reads the sections of a card as plain lines", () => {
  const card =
    "# Model m1\n\n## Data\n\n- dataset d\n- version 3\n\n## Figures\n\n**test**, 20 images\n\n- `AUROC` 0.9";
  expect(sectionsOf(card)).toEqual([
    {
      title: "Data",
      lines: [
        { isItem: true, text: "dataset d" },
        { isItem: true, text: "version 3" },
      ],
    },
    {
      title: "Figures",
      lines: [
        { isItem: false, text: "test, 20 images" },
        { isItem: true, text: "AUROC 0.9" },
      ],
    },
  ]);
  expect(sectionsOf("")).toEqual([]);
});
