// Finds sections that contain every word. The texts are loaded when the field is first used.
const field = document.querySelector('input[type="search"]');
const list = document.getElementById("found");
const SHOWN = 20;
let texts;

function load() {
  texts ??= fetch(`/docs/search.${document.documentElement.lang}.json`).then((answer) => answer.json());
  return texts;
}

/** Sections with every word. Words in the heading count before words in the text. */
function find(sections, words) {
  const hits = [];
  for (const [address, page, heading, text] of sections) {
    const head = `${page} ${heading}`.toLowerCase();
    const whole = `${head} ${text.toLowerCase()}`;
    if (words.every((word) => whole.includes(word)))
      hits.push({ address, page, heading, rank: words.filter((word) => head.includes(word)).length });
  }
  return hits.sort((one, other) => other.rank - one.rank).slice(0, SHOWN);
}

function row({ address, page, heading }) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = page === heading ? page : `${page} › ${heading}`;
  const item = document.createElement("li");
  item.append(link);
  return item;
}

async function show() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = words.length ? find(await load(), words) : [];
  list.replaceChildren(...(hits.length ? hits.map(row) : [field.dataset.none]));
  list.hidden = !words.length;
}

field.addEventListener("focus", load);
field.addEventListener("input", show);
field.addEventListener("keydown", (event) => {
  if (event.key === "Escape") list.hidden = true;
});
