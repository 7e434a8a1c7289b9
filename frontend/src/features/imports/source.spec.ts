import { expect, it } from "vitest";
import { CHOOSABLE, archiveIn, chosenFiles, droppedFiles, sourceOf } from "./source";

const placed = (...paths: string[]) => paths.map((path) => ({ path, file: new File(["x"], path.split("/").at(-1)!) }));

it.each([
  ["a folder alone is the root", ["photos/OK/a.png", "photos/NG/b.png"], "photos", ["OK/a.png", "NG/b.png"]],
  ["folders side by side keep their names", ["OK/a.png", "NG/b.png"], "files", ["OK/a.png", "NG/b.png"]],
  ["a folder beside a file keeps its name", ["OK/a.png", "b.png"], "files", ["OK/a.png", "b.png"]],
  ["one file gives its name", ["a.png"], "a.png", ["a.png"]],
])("%s", (_, paths, name, read) => {
  const source = sourceOf(placed(...paths));
  expect(source.name).toBe(name);
  expect(source.files.map(({ path }) => path)).toEqual(read);
});

it("takes the path of a file in a chosen folder", () => {
  const file = Object.defineProperty(new File([], "a.png"), "webkitRelativePath", { value: "photos/OK/a.png" });
  expect(chosenFiles([file, new File([], "b.png")]).map(({ path }) => path)).toEqual(["photos/OK/a.png", "b.png"]);
});

it.each([
  [["photos.ZIP"], "photos.ZIP"],
  [["a.zip", "b.png"], undefined],
  [["a.png"], undefined],
])("finds the archive in %j", (paths, name) => {
  expect(archiveIn(placed(...paths))?.name).toBe(name);
});

function fileEntry(fullPath: string) {
  const file = (done: (file: File) => void) => done(new File(["x"], fullPath.split("/").at(-1)!));
  return { isFile: true, fullPath, file };
}

/** A folder of the browser, which gives its entries two at a time. */
function folderEntry(fullPath: string, entries: object[]) {
  const left = [...entries];
  return {
    isFile: false,
    fullPath,
    createReader: () => ({ readEntries: (done: (some: object[]) => void) => done(left.splice(0, 2)) }),
  };
}

it("walks through a dropped folder to the last entry", async () => {
  const inner = ["1", "2", "3"].map((name) => fileEntry(`/photos/OK/${name}.png`));
  const folder = folderEntry("/photos", [folderEntry("/photos/OK", inner), fileEntry("/photos/note.txt")]);
  const items = [
    { kind: "file", webkitGetAsEntry: () => folder },
    { kind: "file", webkitGetAsEntry: () => null, getAsFile: () => new File([], "b.png") },
    { kind: "string" },
  ] as unknown as DataTransferItem[];
  const found = await droppedFiles(items);
  expect(found.map(({ path }) => path)).toEqual([
    "photos/OK/1.png",
    "photos/OK/2.png",
    "photos/OK/3.png",
    "photos/note.txt",
    "b.png",
  ]);
});

it("offers no archive but zip", () => {
  const kinds = CHOOSABLE.split(",");
  expect(kinds).toEqual(expect.arrayContaining(["image/*", ".csv", ".zip"]));
  expect(kinds).not.toContain(".tar");
});
