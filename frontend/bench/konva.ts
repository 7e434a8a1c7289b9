// The same picture and shapes in Konva, set up as its guide to performance advises.
import Konva from "konva";
import type { Shape } from "@/canvas/types";
import type { Contender } from "./contender";
import { ringsOf, SIZE } from "./shapes";

const QUIET = { listening: false, perfectDrawEnabled: false, shadowForStrokeEnabled: false };

export function konvaContender(host: HTMLDivElement, image: HTMLImageElement, shapes: readonly Shape[]): Contender {
  const stage = new Konva.Stage({ container: host, width: host.clientWidth, height: host.clientHeight });
  const [pictures, drawn] = [new Konva.Layer({ listening: false }), new Konva.Layer({ listening: false })];
  stage.add(pictures, drawn);
  pictures.add(new Konva.Image({ image, ...SIZE, ...QUIET }));
  for (const shape of shapes) drawn.add(...nodesOf(shape));
  return {
    place({ scale, x, y }) {
      stage.scale({ x: scale, y: scale });
      stage.position({ x, y });
      stage.batchDraw();
    },
    close: () => stage.destroy(),
  };
}

function nodesOf({ geometry, colour }: Shape): Konva.Shape[] {
  const line = { stroke: colour, strokeWidth: 2, strokeScaleEnabled: false, ...QUIET };
  if (geometry.kind === "box") {
    const [x, y, width, height] = geometry.box;
    return [new Konva.Rect({ x, y, width, height, fill: `${colour}22`, ...line })];
  }
  if (geometry.kind === "polygon") {
    return [new Konva.Line({ points: geometry.points.flat(), closed: true, fill: `${colour}22`, ...line })];
  }
  const fill = `${colour}73`;
  return ringsOf(geometry.mask).map((ring) => new Konva.Line({ points: ring.flat(), closed: true, fill, ...line }));
}
