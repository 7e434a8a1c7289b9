// Colours of the canvas by the tokens of the page: a canvas cannot read `var(--ng)` by itself.
export class Palette {
  private readonly known = new Map<string, string>();

  constructor(private readonly host: HTMLElement) {}

  /** Return a colour as a canvas takes it; `var(--name)` is looked up. */
  of(colour: string): string {
    let found = this.known.get(colour);
    if (found === undefined) {
      const token = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
      found = token ? getComputedStyle(this.host).getPropertyValue(token).trim() || "#ff8a7a" : colour;
      this.known.set(colour, found);
    }
    return found;
  }

  /** Forget the colours: the theme has changed. */
  forget(): void {
    this.known.clear();
  }
}
