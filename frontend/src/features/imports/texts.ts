// The annotation files of a source, read as text for the plan.
import type { SourceFile } from "./source";

const ANNOTATIONS = /\.(json|jsonl|ndjson|csv|tsv|txt|names|xml|ya?ml|manifest)$/i;
/** A copy of the picture that labelme writes into its files, as base64. The plan does not need it. */
const EMBEDDED_PICTURE = /("imageData"\s*:\s*)"[^"]*"/;
const XML_ENCODING = /^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*["']([\w.-]+)["']/;
const HALF_WIDTH_KATAKANA = /[\uff61-\uff9f]/;
const MOST_BYTES = 64 * 1024 ** 2;

/** An annotation file cannot be read as text. */
export class UnreadableText extends Error {
  constructor(readonly path: string) {
    super(`${path} is no UTF-8 text; save it as UTF-8`);
  }
}

export interface Texts {
  texts: Record<string, string>;
  /** Bytes of all texts together, in UTF-8. */
  bytes: number;
}

export async function readTexts(files: readonly SourceFile[], most: number): Promise<Texts> {
  const texts: Record<string, string> = {};
  let bytes = 0;
  for (const file of files.filter(({ path }) => ANNOTATIONS.test(path))) {
    // Beyond the limit nothing is sent, so the rest need not be read.
    if (bytes > most || file.size > MOST_BYTES) return { texts: {}, bytes: bytes + file.size };
    const text = await textOf(file);
    bytes += new TextEncoder().encode(text).length;
    texts[file.path] = text;
  }
  return { texts, bytes };
}

async function textOf(file: SourceFile): Promise<string> {
  const bytes = new Uint8Array(await (await file.read()).arrayBuffer());
  try {
    return decoded(bytes).replace(EMBEDDED_PICTURE, "$1null");
  } catch {
    throw new UnreadableText(file.path);
  }
}

/** Text is in the encoding that its XML names, UTF-8, UTF-16 with a byte order mark, or the Shift-JIS of Windows. */
export function decoded(bytes: Uint8Array): string {
  const named = XML_ENCODING.exec(String.fromCharCode(...bytes.subarray(0, 200)))?.[2];
  const text = decodedAs(bytes, named ?? markedEncoding(bytes));
  // The text goes on as UTF-8, whatever it was.
  return text.replace(XML_ENCODING, "$1");
}

function markedEncoding(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}

function decodedAs(bytes: Uint8Array, encoding: string | undefined): string {
  if (encoding) return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const text = new TextDecoder("shift_jis", { fatal: true }).decode(bytes);
    // Latin-1 decodes as Shift-JIS too, but to half-width katakana: such text has two meanings.
    if (HALF_WIDTH_KATAKANA.test(text)) throw new RangeError("two encodings fit");
    return text;
  }
}
