// The plan's timeline: the card beside a bar, the thread of one release, the
// width of the drawing. The drawing itself is the server's.

import htmx from "htmx.org/dist/htmx.esm.js";
import { moves, paper, png } from "./timeline_move.js";
import { lanes, look } from "./timeline_view.js";

// visit swaps the page for that of an address and keeps it in the history, so
// that every view can be linked to and gone back from.
async function visit(url, { focus = true, keep = true } = {}) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  const fresh = answer && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#page");
  if (!answer?.ok || !fresh) {
    location.assign(url);
    return;
  }
  if (keep === "replace") history.replaceState({ plan: true }, "", url);
  else if (keep) history.pushState({ plan: true }, "", url);
  const put = keep === "replace" ? taken(fresh) : () => {};
  await htmx.swap({ text: fresh.outerHTML, target: "#page", swap: "outerMorph" });
  put();
  document.dispatchEvent(new CustomEvent("headway:refreshed"));
  const preview = document.querySelector("[data-preview]");
  if (focus && preview) {
    preview.scrollIntoView({ block: "nearest" });
    (preview.querySelector("[data-accept]") ?? preview.querySelector("[data-drop]"))?.focus();
  }
}

// taken keeps a page's comparison away from its drawing, and gives what puts the
// fresh one in its place: another stretch of time has hardly a mark in common
// with it, and to compare them all costs more than a frame.
function taken(fresh) {
  const mine = document.querySelector(".tl");
  const theirs = fresh.querySelector(".tl");
  if (!mine || !theirs) return () => {};
  const parts = [".tl-labels > svg", ".tl-scroll > svg"].map((part) => [mine.querySelector(part), document.adoptNode(theirs.querySelector(part))]);
  mine.setAttribute("hx-morph-skip", "");
  return () => {
    mine.removeAttribute("hx-morph-skip");
    mine.dataset.axis = theirs.dataset.axis;
    mine.dataset.width = theirs.dataset.width;
    mine.classList.toggle("crowded", theirs.classList.contains("crowded"));
    for (const [old, drawn] of parts) old.replaceWith(drawn);
  };
}

addEventListener("popstate", () => document.querySelector(".tl") && visit(location.href, { keep: false }));

// Links that only change the view of the timeline swap it; others go there.
document.addEventListener("click", (e) => {
  const link = e.target.closest?.("a");
  if (!link || e.defaultPrevented || e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey || !document.querySelector(".tl")) return;
  if (link.dataset.png) {
    e.preventDefault();
    png(link);
  } else if ("paper" in link.dataset) {
    e.preventDefault();
    paper(link);
  } else if (link.pathname === location.pathname && link.search && !link.download && (link.getRootNode() === document) && link.closest("#page")) {
    e.preventDefault();
    const look = link.hash;
    visit(link.href).then(() => look && document.querySelector(look)?.scrollIntoView({ block: "nearest" }));
  }
});

const MEANT = 90; // ms that the pointer rests on a bar before its card is shown

const wired = new WeakSet(); // refreshes keep elements: listen once

export function timeline() {
  const tl = document.querySelector(".tl");
  if (!tl) return;
  tl.classList.remove("asking", "moving");
  widen(tl);
  if (!tl.querySelector("#tl-card")) {
    const card = document.createElement("div");
    card.className = "tl-card";
    card.hidden = true;
    card.setAttribute("role", "tooltip");
    card.id = "tl-card";
    tl.append(card);
  }
  if (wired.has(tl)) return;
  wired.add(tl);
  const card = () => tl.querySelector("#tl-card");
  let meant = 0;
  const show = (bar) => {
    clearTimeout(meant);
    fill(card(), bar);
    card().hidden = false;
    place(card(), bar);
    thread(tl, bar.dataset.release);
  };
  const hide = () => {
    clearTimeout(meant);
    if (card() && !card().hidden) card().hidden = true;
    thread(tl, "");
  };
  // A bar that the pointer only passes is not meant: to dim all the others
  // costs more than a frame.
  tl.addEventListener("pointerover", (e) => {
    const bar = e.target.closest("[data-what]");
    clearTimeout(meant);
    if (bar) meant = setTimeout(() => bar.isConnected && show(bar), MEANT);
    else if (!tl.contains(document.activeElement)) hide();
  });
  tl.addEventListener("pointerleave", hide);
  tl.addEventListener("focusin", (e) => {
    const bar = e.target.closest("[data-what]");
    if (bar) show(bar);
  });
  tl.addEventListener("focusout", hide);
  tl.addEventListener("keydown", (e) => e.key === "Escape" && hide());
  moves(tl, visit);
  tl.addEventListener("keydown", (e) => walk(tl, e));
  lanes(tl);
  look(tl, visit);
}

function fill(card, bar) {
  const d = bar.dataset;
  const title = document.createElement("h3");
  title.textContent = d.what;
  const list = document.createElement("dl");
  for (const [term, text] of [["Who", d.who], ["When", d.when], ["Why here", d.why], ["State", d.state]]) {
    if (!text) continue;
    const dt = document.createElement("dt");
    dt.textContent = term;
    const dd = document.createElement("dd");
    dd.textContent = text;
    list.append(dt, dd);
  }
  card.replaceChildren(title, list);
}

function place(card, bar) {
  const b = bar.getBoundingClientRect();
  const w = card.offsetWidth;
  const h = card.offsetHeight;
  const left = Math.min(Math.max(8, b.left + Math.min(b.width / 2, 120) - 40), innerWidth - w - 8);
  const below = b.bottom + 8 + h < innerHeight;
  card.style.left = `${left}px`;
  card.style.top = `${below ? b.bottom + 8 : Math.max(8, b.top - h - 8)}px`;
}

function thread(tl, release) {
  if (!release && !tl.classList.contains("has-focus")) return;
  tl.classList.toggle("has-focus", Boolean(release));
  for (const el of tl.querySelectorAll(".same")) el.classList.remove("same");
  if (!release) return;
  for (const el of tl.querySelectorAll(`[data-release="${CSS.escape(release)}"]`)) el.classList.add("same");
}

// Arrow keys walk from bar to bar; up and down go to the nearest bar of another lane.
function walk(tl, e) {
  const now = document.activeElement?.closest?.("[data-what]");
  if (!now || !["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(e.key)) return;
  const from = now.getBoundingClientRect();
  let best = null;
  let least = Infinity;
  for (const bar of tl.querySelectorAll("[data-what]")) {
    if (bar === now) continue;
    const r = bar.getBoundingClientRect();
    const dx = r.left - from.left;
    const dy = r.top - from.top;
    const along = { ArrowLeft: -dx, ArrowRight: dx, ArrowUp: -dy, ArrowDown: dy }[e.key];
    if (along <= 1) continue;
    const across = e.key === "ArrowLeft" || e.key === "ArrowRight" ? Math.abs(dy) * 6 : Math.abs(dx) * 0.4;
    if (along + across < least) {
      least = along + across;
      best = bar;
    }
  }
  if (best) {
    e.preventDefault();
    best.focus();
    best.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

// The server draws for a width; tell it ours, once, and again after a resize.
function widen(tl) {
  const box = tl.querySelector(".tl-scroll");
  const drawn = Number(tl.dataset.width);
  const room = box.clientWidth;
  if (room < 300 || room === drawn || document.querySelector("#page[data-held]")) return;
  document.cookie = `plan_w=${room}; path=/; max-age=31536000; samesite=lax`;
  if (room > drawn || room > 600) document.getElementById("live")?.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
}
