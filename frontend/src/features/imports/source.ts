// The files that a person brings, by their paths: a dropped folder, chosen files or a zip archive.

/** The kinds of file that can be chosen: pictures, annotation files and zip archives. */
export const CHOOSABLE = [
  ...["image/*", ".tif", ".tiff", ".bmp", ".webp", ".pnm", ".pbm", ".pgm", ".ppm", ".avif", ".jp2", ".j2k"],
  ...[".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt", ".names", ".xml", ".yaml", ".yml", ".manifest"],
  ".zip",
].join(",");

export interface SourceFile {
  /** Its path below the root of the source, with `/` between the parts. */
  path: string;
  size: number;
  read(): Promise<Blob>;
}

/** Files of one kind that are not read, and why. */
export interface PassedOver {
  why: string;
  files: number;
  examples: string[];
}

export interface Source {
  name: string;
  files: SourceFile[];
  passed_over: PassedOver[];
}

/** The archive as a whole cannot be read. */
export class BadArchive extends Error {}

export interface PlacedFile {
  path: string;
  file: File;
}

/** A folder that comes alone is the root of the source: its own name says nothing about the images. */
export function sourceOf(placed: readonly PlacedFile[]): Source {
  const tops = new Set(placed.map(({ path }) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "")));
  const [top] = tops;
  const root = tops.size === 1 && top ? `${top}/` : "";
  const name = top && root ? top : placed.length === 1 ? placed[0]!.file.name : "files";
  const files = placed.map(({ path, file }) => ({
    path: path.slice(root.length),
    size: file.size,
    read: () => Promise.resolve(file),
  }));
  return { name, files, passed_over: [] };
}

/** Return the files of an input element; those of a chosen folder have their paths. */
export function chosenFiles(files: Iterable<File>): PlacedFile[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Return the files of a drop, folders walked through. Call it in the event: the items are gone afterwards. */
export async function droppedFiles(items: Iterable<DataTransferItem>): Promise<PlacedFile[]> {
  const dropped = [...items].filter(({ kind }) => kind === "file");
  const taken = dropped.map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const found: PlacedFile[] = [];
  for (const one of taken) {
    if (one instanceof File) found.push(...chosenFiles([one]));
    else if (one) await walk(one, found);
  }
  return found;
}

async function walk(entry: FileSystemEntry, found: PlacedFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  for (const inner of await everyEntry((entry as FileSystemDirectoryEntry).createReader())) await walk(inner, found);
}

/** A reader gives about a hundred entries at a time, and none at the end. */
async function everyEntry(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return found;
    found.push(...some);
  }
}

/** Return the archive, where the files are one zip archive and nothing else. */
export function archiveIn(placed: readonly PlacedFile[]): File | null {
  const [only] = placed;
  return placed.length === 1 && only && /\.zip$/i.test(only.file.name) ? only.file : null;
}
