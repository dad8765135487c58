// Dragging cards over the board: the drop sends the card's own "Move to…"
// form, so the rules and the answer are the same with and without dragging.
import Sortable from "sortablejs/modular/sortable.core.esm.js";

export function board() {
  for (const column of document.querySelectorAll("[data-column]")) {
    if (column.dataset.sortable) continue;
    column.dataset.sortable = "on";
    Sortable.create(column, {
      group: "board",
      draggable: "[data-item]",
      filter: "a, button, summary, input, select, textarea, label",
      preventOnFilter: false,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
      delay: 120,
      delayOnTouchOnly: true,
      onEnd(e) {
        if (e.from === e.to) return;
        const form = e.item.querySelector("form[data-move]");
        if (!form) return;
        form.elements.to.value = e.to.dataset.column;
        form.requestSubmit();
      },
    });
  }
}
