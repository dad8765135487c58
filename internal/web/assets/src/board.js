// The board: dragging a card, or moving it by keyboard, sends the card's own
// "Move to…" form, so the rules and the answer are the same in every way.
import Sortable from "sortablejs/modular/sortable.core.esm.js";

export function board() {
  for (const column of document.querySelectorAll("[data-column]")) {
    if (Sortable.get(column)) continue; // it stays through refreshes
    const whole = column.closest(".board");
    Sortable.create(column, {
      group: column.dataset.person ? "people" : `lane-${column.dataset.lane}`,
      draggable: "[data-item]",
      filter: "a, button, summary, input, select, textarea, label",
      preventOnFilter: false,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
      delay: 120,
      delayOnTouchOnly: true,
      onStart: () => whole?.classList.add("dragging"),
      onEnd(e) {
        whole?.classList.remove("dragging");
        if (e.from === e.to && e.oldIndex === e.newIndex) return;
        const before = e.to.dataset.column === "todo" ? (e.item.nextElementSibling?.dataset.item ?? "") : "";
        const give = e.from.dataset.person === e.to.dataset.person ? "" : e.to.dataset.person;
        if (e.from === e.to && !before) return;
        send(e.item, e.to.dataset.column, before, give);
      },
    });
  }
}

// send moves a card to a column, or gives it to the person of another lane.
function send(item, column, before = "", give = "") {
  const form = item.querySelector("form[data-move]");
  if (!form) return;
  form.elements.give.value = give;
  if (column === "blocked" && form.elements.from.value !== "blocked" && !form.elements.reason.value.trim()) {
    ask(form, column);
    return;
  }
  form.elements.to.value = column;
  form.elements.before.value = before;
  form.requestSubmit();
}

// Blocking takes a reason: the card's form opens and waits for it.
function ask(form, column) {
  form.elements.to.value = column;
  form.closest("details").open = true;
  form.elements.reason.placeholder = "What does it wait for?";
  form.elements.reason.focus();
}

// other gives the same column of the lane before or after.
function other(column, step) {
  const same = [...document.querySelectorAll(`[data-column="${column.dataset.column}"]`)];
  return same[same.indexOf(column) + step];
}

// Arrows walk over the cards, with Shift they move one, up and down into the
// lane of another person; m opens its form, t takes it.
export function boardKeys(e) {
  const item = e.target.matches?.("[data-item]") ? e.target : null;
  if (!item || e.ctrlKey || e.metaKey || e.altKey) return false;
  const column = item.closest("[data-column]");
  if (!column) return false;
  const row = [...document.querySelectorAll(`[data-column][data-lane="${column.dataset.lane}"]`)];
  const cards = [...column.querySelectorAll("[data-item]")];
  const at = cards.indexOf(item);
  const side = row[row.indexOf(column) + (e.key === "ArrowRight" ? 1 : -1)];
  switch (e.key) {
    case "ArrowDown":
    case "ArrowUp": {
      const step = e.key === "ArrowDown" ? 1 : -1;
      const lane = e.shiftKey && column.dataset.person ? other(column, step) : null;
      if (lane) send(item, column.dataset.column, "", lane.dataset.person);
      else if (!e.shiftKey) cards[at + step]?.focus();
      break;
    }
    case "ArrowRight":
    case "ArrowLeft": {
      if (e.shiftKey && side) send(item, side.dataset.column);
      else if (side) nearest(side, at)?.focus();
      break;
    }
    case "m": {
      const drop = item.querySelector("details.drop");
      if (!drop) return false;
      drop.open = true;
      drop.querySelector("select")?.focus();
      break;
    }
    case "t": {
      const take = item.querySelector("input[name=take]");
      if (!take) return false;
      take.checked = true;
      send(item, "doing");
      break;
    }
    default:
      return false;
  }
  e.preventDefault();
  return true;
}

function nearest(column, at) {
  const cards = column.querySelectorAll("[data-item]");
  return cards[Math.min(at, cards.length - 1)];
}
