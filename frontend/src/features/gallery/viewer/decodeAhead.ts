// Loads and decodes the next images, so that they show at once.
const ready = new Map<string, HTMLImageElement>();
const KEPT = 8;

export function decodeAhead(urls: readonly string[]): void {
  for (const url of urls) {
    if (ready.has(url)) continue;
    const image = new Image();
    image.src = url;
    ready.set(url, image);
    void image.decode().catch(() => ready.delete(url));
  }
  for (const url of [...ready.keys()].slice(0, Math.max(0, ready.size - KEPT))) ready.delete(url);
}
