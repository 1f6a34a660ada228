// t("还有 %(n)s 件", {n: 3}): the sentence in the page's language. Chinese is written in the scripts themselves;
// another language is fetched once (data-words on <body>) and kept by the browser.

let dictionary = {};

export const wordsReady = load();

async function load() {
  const url = document.body?.dataset.words;
  if (!url) return;
  try {
    dictionary = await (await fetch(url)).json();
  } catch {
    dictionary = {}; // without a network the page still speaks Chinese
  }
}

export function t(sentence, values = {}) {
  const text = dictionary[sentence] ?? sentence;
  return text.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");
}
