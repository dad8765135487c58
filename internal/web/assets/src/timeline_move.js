// Moving work on the timeline: by dragging, or with m and the arrow keys. Both
// only ask; the server moves the start into working time, plans anew and shows
// what else moves. Accepting is a form of the preview.

// A place in the drawing as the local time of the programme, by the days and
// hours that the server wrote down.
export function axis(tl) {
  const [from, to, night, width, ...rest] = tl.dataset.axis.split(" ");
  const days = [];
  for (let i = 0; i < rest.length; i += 2) days.push({ date: rest[i], x: Number(rest[i + 1]) });
  days.push({ date: "", x: Number(width) });
  return { from: Number(from), to: Number(to), night: Number(night), days };
}

export function timeAt(a, x) {
  let i = a.days.findIndex((d, k) => k + 1 < a.days.length && a.days[k + 1].x > x);
  if (i < 0) i = a.days.length - 2;
  const day = a.days[i];
  const share = Math.min(Math.max((x - day.x) / (a.days[i + 1].x - day.x), 0), 0.999);
  let minute;
  if (share < a.night) minute = (share / a.night) * a.from;
  else if (share < 1 - a.night) minute = a.from + ((share - a.night) / (1 - 2 * a.night)) * (a.to - a.from);
  else minute = a.to + ((share - 1 + a.night) / a.night) * (1440 - a.to);
  minute = Math.min(Math.round(minute / 15) * 15, 1425);
  const two = (n) => String(n).padStart(2, "0");
  return `${day.date}T${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

export function say(at) {
  const t = new Date(`${at}:00Z`);
  return t.toLocaleString("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
}

const previewed = (base, activity, at) => {
  const u = new URL(base, location.href);
  u.searchParams.set("pin", activity);
  u.searchParams.set("at", at);
  return u;
};

// moves wires dragging and keys; show swaps the page for that of an address.
export function moves(tl, show) {
  const base = () => tl.closest("[data-pin]")?.dataset.pin;
  let a = null;
  let tip = null;
  let drag = null;

  const lift = (bar) => {
    a = axis(tl);
    tip?.remove();
    tip = document.createElement("div");
    tip.className = "tl-tip";
    tip.setAttribute("role", "status");
    tl.append(tip);
    const body = bar.querySelector(".body");
    return { bar, x: Number(body.getAttribute("x")), dx: 0 };
  };
  const place = (d) => {
    d.at = timeAt(a, d.x + d.dx);
    d.bar.setAttribute("transform", `translate(${d.dx} 0)`);
    tip.textContent = say(d.at);
    const b = d.bar.getBoundingClientRect();
    tip.style.left = `${Math.max(4, b.left)}px`;
    tip.style.top = `${Math.max(4, b.top - 30)}px`;
  };
  const drop = (d, ask) => {
    tl.classList.remove("moving");
    d.bar.classList.remove("lifted");
    tip?.remove();
    if (!ask || Math.abs(d.dx) < 1) {
      d.bar.removeAttribute("transform");
      return;
    }
    tl.classList.add("asking");
    show(previewed(base(), d.bar.dataset.act, d.at));
  };

  tl.addEventListener("dragstart", (e) => e.preventDefault());
  tl.addEventListener("pointerdown", (e) => {
    const bar = e.target.closest("[data-act]");
    if (!bar || !base() || drag || e.button !== 0) return;
    drag = { ...lift(bar), start: e.clientX, moved: false, id: e.pointerId };
  });
  tl.addEventListener("pointermove", (e) => {
    if (!drag || drag.key) return;
    if (!drag.moved && Math.abs(e.clientX - drag.start) < 5) return;
    if (!drag.moved) {
      drag.moved = true;
      tl.setPointerCapture(drag.id);
      tl.classList.add("moving");
      drag.bar.classList.add("lifted");
    }
    drag.dx = e.clientX - drag.start;
    place(drag);
  });
  tl.addEventListener("pointerup", () => {
    if (!drag || drag.key) return;
    const d = drag;
    drag = null;
    if (!d.moved) return;
    const swallow = (c) => { // the click that ends a drag is none
      c.preventDefault();
      c.stopPropagation();
    };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
    drop(d, true);
  });
  tl.addEventListener("pointercancel", () => {
    if (drag) drop(drag, false);
    drag = null;
  });

  // m lifts the bar that has the focus; arrows move it by an hour, with shift by
  // a day; enter asks, escape puts it back.
  tl.addEventListener("keydown", (e) => {
    const bar = document.activeElement?.closest?.("[data-act]");
    if (!drag?.key && e.key === "m" && bar && base() && !e.ctrlKey && !e.metaKey && !e.altKey) {
      drag = { ...lift(bar), key: true };
      tl.classList.add("moving");
      bar.classList.add("lifted");
      place(drag);
      e.preventDefault();
      e.stopImmediatePropagation();
      return;
    }
    if (!drag?.key) return;
    const day = (a.days.at(-1).x - a.days[0].x) / (a.days.length - 1);
    const hour = (day * (1 - 2 * a.night)) / ((a.to - a.from) / 60);
    const step = e.shiftKey ? day : hour;
    if (e.key === "ArrowRight") drag.dx += step;
    else if (e.key === "ArrowLeft") drag.dx -= step;
    else if (e.key === "Enter" || e.key === "Escape") {
      const d = drag;
      drag = null;
      drop(d, e.key === "Enter");
      e.preventDefault();
      e.stopImmediatePropagation();
      return;
    } else return;
    place(drag);
    e.preventDefault();
    e.stopImmediatePropagation();
  }, { capture: true });
}

// png draws an SVG of the server into a canvas and saves it.
export async function png(link) {
  const text = await (await fetch(link.href)).text();
  const img = new Image();
  img.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await img.decode();
  const canvas = document.createElement("canvas");
  const scale = Math.min(2, 16000 / Math.max(img.naturalWidth, img.naturalHeight));
  canvas.width = img.naturalWidth * scale;
  canvas.height = img.naturalHeight * scale;
  canvas.getContext("2d").drawImage(img, 0, 0, canvas.width, canvas.height);
  const a = document.createElement("a");
  a.href = canvas.toDataURL("image/png");
  a.download = link.dataset.png;
  a.click();
}

// paper prints the page with the server's picture in the place of the drawing:
// it has all lanes, and is made as large as a sheet.
export async function paper(link) {
  const img = new Image();
  img.src = link.href;
  img.alt = "Timeline of the programme";
  await img.decode();
  img.className = "plan-picture";
  img.classList.toggle("lying", img.naturalWidth > 1.2 * img.naturalHeight);
  document.querySelector("#timeline .tl").after(img);
  addEventListener("afterprint", () => img.remove(), { once: true });
  print();
}
