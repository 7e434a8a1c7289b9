// The view of the picture: fitted, zoomed at a point, and moved. Pure.
import type { Point, Size, View } from "./types";

export const LARGEST_SCALE = 40;
const FIT_BORDER = 12;
/** So much of the picture stays in sight, in CSS pixels. */
const KEPT_IN_SIGHT = 48;

export const toScreen = ({ scale, x, y }: View, [px, py]: Point): Point => [px * scale + x, py * scale + y];
export const toPicture = ({ scale, x, y }: View, [sx, sy]: Point): Point => [(sx - x) / scale, (sy - y) / scale];

/** Return the view with the whole picture in the middle. */
export function fitted(picture: Size, host: Size): View {
  const room = (side: number) => Math.max(side - 2 * FIT_BORDER, 1);
  const scale = Math.min(room(host.width) / picture.width, room(host.height) / picture.height, LARGEST_SCALE);
  return centred(scale, [picture.width / 2, picture.height / 2], host);
}

/** Return the view with a point of the picture in the middle. */
export const centred = (scale: number, [px, py]: Point, host: Size): View => ({
  scale,
  x: host.width / 2 - px * scale,
  y: host.height / 2 - py * scale,
});

/** Return the view at another scale; the point of the screen shows the same place as before. */
export function scaledAt(view: View, scale: number, [sx, sy]: Point): View {
  const factor = scale / view.scale;
  return { scale, x: sx - (sx - view.x) * factor, y: sy - (sy - view.y) * factor };
}

export const moved = ({ scale, x, y }: View, dx: number, dy: number): View => ({ scale, x: x + dx, y: y + dy });

/** Return the view with a sensible scale and a part of the picture in sight. */
export function limited(view: View, picture: Size, host: Size): View {
  const least = Math.min(fitted(picture, host).scale, 1) / 4;
  const scale = Math.min(Math.max(view.scale, least), LARGEST_SCALE);
  const middle: Point = [host.width / 2, host.height / 2];
  const { x, y } = scale === view.scale ? view : scaledAt(view, scale, middle);
  return {
    scale,
    x: within(x, KEPT_IN_SIGHT - picture.width * scale, host.width - KEPT_IN_SIGHT),
    y: within(y, KEPT_IN_SIGHT - picture.height * scale, host.height - KEPT_IN_SIGHT),
  };
}

/** Return the view with a point of the picture in sight; the same one when it was. */
export function following(view: View, at: Point, host: Size): View {
  const [sx, sy] = toScreen(view, at);
  const dx = within(sx, KEPT_IN_SIGHT, host.width - KEPT_IN_SIGHT) - sx;
  const dy = within(sy, KEPT_IN_SIGHT, host.height - KEPT_IN_SIGHT) - sy;
  return dx || dy ? moved(view, dx, dy) : view;
}

const within = (value: number, least: number, most: number) => Math.max(least, Math.min(value, most));
