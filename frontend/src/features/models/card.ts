// A model card as sections of plain lines: only what the cards of this platform are made of. Pure.
export interface CardLine {
  isItem: boolean;
  text: string;
}
export interface CardSection {
  title: string;
  lines: CardLine[];
}

/** Return the sections of a card; its first heading, the name of the model, is left out. */
export function sectionsOf(markdown: string): CardSection[] {
  const sections: CardSection[] = [];
  for (const line of markdown.split("\n").map((one) => one.trim())) {
    if (line.startsWith("## ")) sections.push({ title: line.slice(3), lines: [] });
    else if (line && !line.startsWith("# ")) sections.at(-1)?.lines.push(lineOf(line));
  }
  return sections;
}

function lineOf(line: string): CardLine {
  const isItem = line.startsWith("- ");
  return { isItem, text: (isItem ? line.slice(2) : line).replaceAll(/\*\*|`/g, "") };
}
