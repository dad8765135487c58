// The plan's timeline: the card beside a bar, the thread of one release, the
// width of the drawing, panning by dragging. The drawing itself is the server's.

export function timeline() {
  const tl = document.querySelector(".tl");
  if (!tl || tl.dataset.on) return;
  tl.dataset.on = "yes";
  widen(tl);
  const card = document.createElement("div");
  card.className = "tl-card";
  card.hidden = true;
  card.setAttribute("role", "tooltip");
  card.id = "tl-card";
  tl.append(card);
  const show = (bar) => {
    fill(card, bar);
    card.hidden = false;
    place(card, bar);
    thread(tl, bar.dataset.release);
  };
  const hide = () => {
    card.hidden = true;
    thread(tl, "");
  };
  tl.addEventListener("pointerover", (e) => {
    const bar = e.target.closest("[data-what]");
    if (bar) show(bar);
    else if (!tl.contains(document.activeElement)) hide();
  });
  tl.addEventListener("pointerleave", hide);
  tl.addEventListener("focusin", (e) => {
    const bar = e.target.closest("[data-what]");
    if (bar) show(bar);
  });
  tl.addEventListener("focusout", hide);
  tl.addEventListener("keydown", (e) => e.key === "Escape" && hide());
  tl.addEventListener("keydown", (e) => walk(tl, e));
  pan(tl.querySelector(".tl-scroll"));
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
  const room = Math.floor(box.clientWidth / 20) * 20;
  if (room < 300 || Math.abs(room - drawn) < 24) return;
  document.cookie = `plan_w=${room}; path=/; max-age=31536000; samesite=lax`;
  if (room > drawn || room > 600) document.getElementById("live")?.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
}

function pan(box) {
  let from = null;
  box.addEventListener("pointerdown", (e) => {
    if (e.button !== 0 || e.pointerType !== "mouse" || e.target.closest("[data-what]")) return;
    from = { x: e.clientX, left: box.scrollLeft };
    box.classList.add("dragging");
    box.setPointerCapture(e.pointerId);
  });
  box.addEventListener("pointermove", (e) => from && (box.scrollLeft = from.left - (e.clientX - from.x)));
  const end = (e) => {
    if (!from) return;
    const moved = e.clientX - from.x;
    const stuck = box.scrollWidth <= box.clientWidth + 1;
    from = null;
    box.classList.remove("dragging");
    if (stuck && Math.abs(moved) > 90) document.querySelector(moved > 0 ? "[data-pan=earlier]" : "[data-pan=later]")?.click();
  };
  box.addEventListener("pointerup", end);
  box.addEventListener("pointercancel", end);
}
