// The command palette and the sheet of keys. The palette filters the links that
// the server put into it, and adds what the Find page lists for the text.

const WAIT = 150; // ms of rest before the server is asked

export function palette() {
  const dialog = document.querySelector("#palette");
  if (!dialog) return;
  const field = dialog.querySelector("input");
  const list = dialog.querySelector(".palette-list");
  let timer = 0;
  let asked = 0;

  document.addEventListener("click", (e) => {
    if (e.target.closest?.("[data-palette]")) {
      e.preventDefault();
      open();
    } else if (e.target.closest?.("[data-keys]")) {
      document.querySelector("#keys")?.showModal();
    } else if (e.target === dialog || e.target.id === "keys") {
      e.target.close(); // on the backdrop
    }
    if (e.target.closest?.("#palette a")) dialog.close();
  });
  field.addEventListener("input", () => {
    filter();
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  dialog.addEventListener("keydown", (e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      step(e.key === "ArrowDown" ? 1 : -1);
    }
  });
  dialog.querySelector("form").addEventListener("submit", (e) => {
    const first = dialog.querySelector("li[data-chosen] a");
    if (!first) return; // the Find page says that there is nothing
    e.preventDefault();
    first.click();
  });

  function open() {
    field.value = "";
    filter();
    dialog.showModal();
    field.focus();
    ask();
  }

  function shown() {
    return [...list.children].filter((li) => !li.hidden);
  }

  function filter() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const li of list.children) { // also what was found for an earlier text
      const text = li.textContent.toLowerCase();
      li.hidden = !words.every((w) => text.includes(w));
    }
    choose(shown()[0]);
  }

  function choose(li) {
    for (const other of list.querySelectorAll("[data-chosen]")) delete other.dataset.chosen;
    if (!li) return;
    li.dataset.chosen = "";
    li.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = shown();
    const at = all.findIndex((li) => "chosen" in li.dataset);
    choose(all[(at + by + all.length) % all.length]);
  }

  async function ask() {
    const form = dialog.querySelector("form");
    const turn = ++asked;
    let found = [];
    if (form.getAttribute("action") !== "/") {
      const answer = await fetch(`${form.action}?q=${encodeURIComponent(field.value)}`).catch(() => null);
      if (turn !== asked || !answer?.ok || answer.redirected) return;
      found = [...new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("#found > li")];
      if (turn !== asked) return;
    }
    for (const li of list.querySelectorAll("[data-found]")) li.remove();
    for (const li of found) {
      li.dataset.found = "";
      list.append(li);
    }
    if (!list.querySelector("li[data-chosen]:not([hidden])")) choose(shown()[0]);
  }

  palette.open = open;
}

export function paletteKeys(e) {
  const typing = e.target.closest?.("input, textarea, select, [contenteditable]");
  if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === "k" && palette.open) {
    e.preventDefault();
    palette.open();
    return true;
  }
  if (typing || e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return false;
  if (e.key === "?") {
    document.querySelector("#keys")?.showModal();
    return true;
  }
  if (e.key === "/" && palette.open) {
    e.preventDefault();
    palette.open();
    return true;
  }
  return false;
}
