import { describe, expect, it } from "vitest";
import { shallowRef } from "vue";
import type { Image } from "@/api/types";
import { useSelection } from "./useSelection";

const images = shallowRef(["a", "b", "c", "d"].map((image_id) => ({ image_id }) as Image));
const ids = (list: Image[]) => list.map((image) => image.image_id);

describe("the selection", () => {
  it("acts on the image in focus when nothing is selected", () => {
    const { goTo, targets } = useSelection(images);
    goTo(2);
    expect(ids(targets.value)).toEqual(["c"]);
  });

  it("grows from where it began with Shift", () => {
    const { goTo, targets } = useSelection(images);
    goTo(1);
    goTo(2, true);
    goTo(3, true);
    expect(ids(targets.value)).toEqual(["b", "c", "d"]);
    goTo(0, true);
    expect(ids(targets.value)).toEqual(["a", "b"]);
  });

  it("keeps the order of the list, whatever the order of picking", () => {
    const { toggle, targets } = useSelection(images);
    toggle(3);
    toggle(0);
    expect(ids(targets.value)).toEqual(["a", "d"]);
    toggle(3);
    expect(ids(targets.value)).toEqual(["a"]);
  });

  it("stays on its image when others come before it, and ends with a jump", () => {
    const { goTo, follow, focus, selected } = useSelection(images);
    goTo(0);
    goTo(1, true);
    follow({ by: 2 });
    expect([focus.value, selected.value.size]).toEqual([3, 2]);
    follow({ to: 1 });
    expect([focus.value, selected.value.size]).toEqual([1, 0]);
  });

  it("stays inside the list", () => {
    const { goTo, focus } = useSelection(images);
    goTo(99);
    expect(focus.value).toBe(3);
  });
});
