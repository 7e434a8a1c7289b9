// The annotation canvas, as screens use it: no framework inside.
//
//   const canvas = new AnnotationCanvas(host, { label });     host: an element with a size
//   await canvas.show({ url, width, height, preview_url });   the picture; shapes and history begin anew
//   canvas.editor.replace(shapes);                            what is stored
//   canvas.editor.drawn_as = { class_id, colour, label };     the class of new shapes
//   canvas.use("polygon");                                    a tool
//   const off = canvas.on("changed", ({ changes }) => …);     each edit, undo and redo
//   canvas.destroy();
//
// It takes its own keys while it has the focus; `canvas.key(event)` gives it one from elsewhere.
export { AnnotationCanvas } from "./canvas";
export type { Editor } from "./editor";
export { areaOf, boundsOf, MOST_CORNERS } from "./geometry/shapes";
export { loadMask, loadRange, loadRegionMasks } from "./pixels/pixelWorker";
export type * from "./types";
