// Texts can be read on the grounds that they stand on, in both themes (WCAG AA, 4.5 to 1).
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const [dark = "", light = ""] = readFileSync("src/ui/tokens.css", "utf8").split(/\n(?=[^\n]*light[^\n]*\{)/);

function luminance(colour: string): number {
  const [red, green, blue] = colour.match(/[0-9a-f]{2}/gi)!.map((byte) => {
    const share = parseInt(byte, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(theme: string, text: string, ground: string): number {
  const of = (name: string) => luminance(new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(theme)![1]!);
  const [darker, lighter] = [of(text), of(ground)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

it.each(
  [dark, light].flatMap((theme) =>
    ["text", "muted", "none", "ok", "ng", "hold"].flatMap((text) =>
      ["bg", "surface", "accent-tint"].map((ground) => [text, ground, theme] as const),
    ),
  ),
)("--%s can be read on --%s", (text, ground, theme) => {
  expect(contrast(theme, text, ground)).toBeGreaterThan(4.5);
});
