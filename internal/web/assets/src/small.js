// Small comforts: copying digests, closing menus, local times, confirmations,
// forms that submit when a choice is made, passing toasts, shortcuts.

import { boardKeys } from "./board.js";
import { paletteKeys } from "./palette.js";

export function small(root) {
  root.addEventListener("click", async (e) => {
    if (e.target.closest?.("[data-print]")) return print();
    const copy = e.target.closest?.("[data-copy]");
    if (copy) {
      await navigator.clipboard?.writeText(copy.dataset.copy).catch(() => {});
      copy.classList.add("copied");
      setTimeout(() => copy.classList.remove("copied"), 1200);
    }
    for (const menu of root.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(e.target)) menu.removeAttribute("open");
    }
  });
  root.addEventListener("change", (e) => {
    if (e.target.matches?.("[data-submit]")) e.target.form.requestSubmit();
  });
  root.addEventListener("submit", (e) => {
    const ask = e.submitter?.dataset.confirm ?? e.target.dataset.confirm;
    if (ask && !window.confirm(ask)) {
      e.preventDefault();
      return;
    }
    if (e.target.method === "post") setTimeout(() => e.submitter?.setAttribute("disabled", ""), 0);
  });
  root.addEventListener("keydown", (e) => {
    if (e.key === "Escape") {
      for (const menu of root.querySelectorAll("details.menu[open]")) {
        menu.removeAttribute("open");
        menu.querySelector("summary")?.focus();
      }
    }
    if (!paletteKeys(e) && !boardKeys(e)) shortcut(e);
  });
  browserZone();
  document.addEventListener("headway:refreshed", browserZone);
  openNamed();
  addEventListener("hashchange", openNamed);
  root.addEventListener("pointerover", localTime);
  root.addEventListener("focusin", localTime);
  for (const toast of root.querySelectorAll(".toast[data-passing]")) setTimeout(() => toast.remove(), 6000);
}

// The choice of times by this browser's clock names its zone.
function browserZone() {
  const choice = document.querySelector("[data-browser-zone]");
  if (choice) choice.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

// An address that names something folded opens it.
function openNamed() {
  const named = document.getElementById(location.hash.slice(1));
  if (named?.matches("details")) named.open = true;
}

// Times are written in the programme's zone; the pointer shows the viewer's.
function localTime(e) {
  const time = e.target.closest?.("time[datetime]");
  if (!time || time.title) return;
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) {
    time.title = `${at.toLocaleString([], { dateStyle: "full", timeStyle: "short" })} your time`;
  }
}

let lead = 0;

// g then a letter goes to a page of the programme (each link names its letter).
function shortcut(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.("input, textarea, select, [contenteditable]")) return;
  if (e.key === "g") {
    lead = Date.now();
    return;
  }
  if (Date.now() - lead < 1200) {
    document.querySelector(`.rail a[data-key="${CSS.escape(e.key)}"]`)?.click();
    lead = 0;
  }
}

// Countdowns and what runs: minutes while far, seconds in the last and first ten minutes.
function count() {
  for (const time of document.querySelectorAll("time[data-until]")) {
    const left = Math.max(0, Math.floor((new Date(time.dateTime) - Date.now()) / 1000));
    const [d, h, m, s] = [Math.floor(left / 86400), Math.floor((left % 86400) / 3600), Math.floor((left % 3600) / 60), left % 60];
    const text = d > 0 ? `${d} d ${h} h` : h > 0 ? `${h} h ${m} min` : left > 600 ? `${m} min` : `${m} min ${s} s`;
    if (time.textContent !== text) time.textContent = text;
  }
  for (const time of document.querySelectorAll("time[data-since]")) {
    const gone = Math.max(0, Math.floor((Date.now() - new Date(time.dateTime)) / 1000));
    const [h, m] = [Math.floor(gone / 3600), Math.floor((gone % 3600) / 60)];
    const text = h > 23 ? null : h > 0 ? (m > 0 ? `${h} h ${m} min` : `${h} h`) : m > 9 ? `${m} min` : m > 0 ? `${m} min ${gone % 60} s` : `${gone} s`;
    if (text && time.textContent !== text) time.textContent = text;
  }
}
setInterval(count, 1000);
