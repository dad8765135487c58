// Looking around on the timeline: lanes are drawn when they come into sight,
// and a wheel or a hand moves and zooms what is drawn at once, before the server
// draws what has come into view.

const REST = 180; // ms without movement after which the server is asked
const AHEAD = 0.55; // of the width that may be empty before the server is asked on the way
const NEAR = "700px"; // beyond the window, where lanes are drawn ahead

const parted = new WeakSet(); // timelines that the server does not draw whole

// lanes draws blocks of lanes that come near the window.
export function lanes(tl) {
  const asked = new Set();
  let busy = false;
  const seen = new IntersectionObserver((entries) => {
    for (const e of entries) e.target.toggleAttribute("data-near", e.isIntersecting);
    next();
  }, { rootMargin: `${NEAR} 0px` });
  async function next() {
    const link = tl.querySelector(".undrawn[data-near]:not([data-asked])");
    if (busy || tl.classList.contains("looking") || !link || asked.has(link.href.baseVal)) return;
    busy = true;
    link.setAttribute("data-asked", "");
    asked.add(link.href.baseVal);
    const answer = await fetch(link.href.baseVal, { headers: { "HX-Request": "true" } }).catch(() => null);
    const text = answer?.ok && !answer.redirected ? await answer.text() : "";
    if (text && tl.isConnected) draw(tl, new DOMParser().parseFromString(text, "text/html"));
    busy = false;
    watch();
    if (text) next();
  }
  const watch = () => {
    seen.disconnect();
    for (const link of tl.querySelectorAll(".undrawn")) {
      parted.add(tl);
      seen.observe(link);
    }
  };
  watch();
  let still = 0;
  addEventListener("scroll", () => {
    clearTimeout(still);
    still = setTimeout(() => tl.isConnected && stand(tl), REST);
  }, { passive: true });
  let passed = 0;
  addEventListener("wheel", () => {
    clearTimeout(passed);
    tl.classList.add("passing");
    passed = setTimeout(() => tl.classList.remove("passing"), REST);
  }, { passive: true });
  document.addEventListener("headway:refreshed", () => {
    asked.clear();
    if (tl.isConnected) watch();
  });
  tl.addEventListener("headway:rested", next);
}

// draw takes over the blocks that an answer has drawn and the page has not,
// if both show the same stretch of time.
function draw(tl, answer) {
  const theirs = answer.querySelector(".tl");
  const height = (t) => t.querySelector(".tl-scroll > svg").getAttribute("height");
  if (theirs?.dataset.axis !== tl.dataset.axis || height(theirs) !== height(tl)) return;
  for (const mine of tl.querySelectorAll("[data-block]:has(> .undrawn)")) {
    const drawn = theirs.querySelector(`[data-block="${mine.dataset.block}"]:not(:has(> .undrawn))`);
    if (drawn) mine.replaceWith(document.adoptNode(drawn));
  }
}

// stand keeps in the address which lanes are in sight, so that a refresh draws
// those first. A plan that is drawn whole needs none of that.
function stand(tl) {
  const top = tl.querySelector(".tl-scroll > svg").getBoundingClientRect().top;
  const first = [...tl.querySelectorAll("[data-block]")].find((b) => top + Number(b.dataset.end) > 60);
  const here = new URL(location.href);
  const lane = first && parted.has(tl) ? first.dataset.block : "0";
  if ((here.searchParams.get("lanes") ?? "0") === lane) return;
  if (lane === "0") here.searchParams.delete("lanes");
  else here.searchParams.set("lanes", lane);
  history.replaceState(history.state, "", here);
}

// look moves and zooms; visit swaps the page for that of an address.
export function look(tl, visit) {
  const box = tl.querySelector(".tl-scroll");
  let dx = 0; // how far what is drawn stands from its place
  let scale = 1;
  let at = 0; // where it is zoomed about
  let timer = 0;
  let frame = 0;
  let from = null;
  let asking = false;

  const paint = () => {
    frame = 0;
    const svg = box.querySelector("svg");
    if (svg) svg.style.transformOrigin = `${at}px 0`;
    if (svg) svg.style.transform = dx || scale !== 1 ? `translateX(${dx}px) scaleX(${scale})` : "";
  };
  const moved = () => {
    tl.classList.add("looking");
    if (!frame) frame = requestAnimationFrame(paint);
    clearTimeout(timer);
    if (scale === 1 && Math.abs(dx) > box.clientWidth * AHEAD) settle();
    else if (!from) timer = setTimeout(settle, REST);
  };
  // What is pulled or zoomed while the server draws stays so: only the way that
  // the new drawing has gone is taken off.
  async function settle() {
    if (asking) return;
    const gone = dx;
    const by = scale;
    const to = by !== 1 ? zoomed(tl, by, at) : panned(tl, -gone);
    asking = true;
    if (to) await visit(to, { focus: false, keep: "replace" });
    asking = false;
    dx = by === 1 && (from || to) ? dx - gone : 0;
    if (from) from.dx -= gone;
    scale /= by;
    paint();
    if (from) return;
    if (Math.abs(dx) > 4 || Math.abs(scale - 1) > 0.02) moved();
    else rest();
  }
  function rest() {
    dx = 0;
    scale = 1;
    paint();
    tl.classList.remove("looking");
    tl.dispatchEvent(new CustomEvent("headway:rested"));
  }

  box.addEventListener("wheel", (e) => {
    if (e.ctrlKey || e.metaKey) {
      e.preventDefault();
      at = e.clientX - box.getBoundingClientRect().left;
      scale = Math.min(Math.max(scale * Math.exp(-e.deltaY / 300), 0.3), 4);
      moved();
      return;
    }
    const side = e.shiftKey ? e.deltaY : e.deltaX;
    if (!side || Math.abs(side) < Math.abs(e.deltaY) && !e.shiftKey || box.scrollWidth > box.clientWidth + 1 && scrolls(box, side)) return;
    e.preventDefault();
    dx -= side;
    moved();
  }, { passive: false });

  box.addEventListener("pointerdown", (e) => {
    if (e.button !== 0 || e.pointerType !== "mouse" || e.target.closest("[data-what], .undrawn")) return;
    from = { x: e.clientX, dx, left: box.scrollLeft };
    clearTimeout(timer);
    box.classList.add("dragging");
    box.setPointerCapture(e.pointerId);
  });
  box.addEventListener("pointermove", (e) => {
    if (!from) return;
    const way = e.clientX - from.x;
    if (box.scrollWidth > box.clientWidth + 1) box.scrollLeft = from.left - way;
    else {
      dx = from.dx + way;
      moved();
    }
  });
  const end = () => {
    if (!from) return;
    from = null;
    box.classList.remove("dragging");
    if (Math.abs(dx) > 4) settle();
    else rest();
  };
  box.addEventListener("pointerup", end);
  box.addEventListener("pointercancel", end);
}

// scrolls tells whether a narrow window can still scroll that way itself.
function scrolls(box, side) {
  return side < 0 ? box.scrollLeft > 0 : box.scrollLeft + box.clientWidth < box.scrollWidth - 1;
}

function days(tl) {
  const rest = tl.dataset.axis.split(" ").slice(4);
  const out = [];
  for (let i = 0; i < rest.length; i += 2) out.push({ date: rest[i], x: Number(rest[i + 1]) });
  return out;
}

const later = (date, n) => new Date(Date.parse(`${date}T00:00:00Z`) + n * 864e5).toISOString().slice(0, 10);

// panned gives the address of the view that lies so many pixels to the right.
function panned(tl, px) {
  const all = days(tl);
  const width = Number(tl.dataset.width);
  const n = Math.round((px / width) * all.length);
  if (!n) return null;
  const to = new URL(location.href);
  to.searchParams.set("from", later(all[0].date, n));
  return to;
}

// zoomed gives the address of the next zoom in or out, about a place.
function zoomed(tl, scale, x) {
  const links = [...document.querySelectorAll(".seg[aria-label=Zoom] a")];
  const now = links.findIndex((a) => a.ariaCurrent);
  const next = links[scale > 1.15 ? now - 1 : scale < 0.87 ? now + 1 : now];
  if (!next || next === links[now]) return null;
  const all = days(tl);
  const day = all.findLastIndex((d) => d.x <= x);
  const share = x / Number(tl.dataset.width);
  const to = new URL(next.href);
  const span = { day: 7, week: 35, month: 84, quarter: 240 }[to.searchParams.get("zoom")];
  to.searchParams.set("from", later(all[Math.max(day, 0)].date, -Math.round(share * span)));
  return to;
}
