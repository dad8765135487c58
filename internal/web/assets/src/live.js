// Live pages: the server says that something changed, the page asks for
// itself again (so that permissions are checked again) and is morphed in place.

import { working } from "./progress.js";

const QUIET = 250; // ms in which further signals join the same refresh
const AGAIN = 1500; // ms between two looks at how far a computation is, and after a look that failed
const MOST = 30000; // ms between two looks while the server does not answer
const ANEW = 10000; // ms after which a stream that never began is asked for again

// elsewhere follows an answer that is another page: a session that has ended
// goes to the sign-in page, which comes back here.
function elsewhere(answer) {
  if (!answer.redirected || new URL(answer.url).pathname === location.pathname) return false;
  location.assign(answer.url);
  return true;
}

function itemOf(page, id) {
  return id && page.querySelector(`[data-item="${CSS.escape(id)}"]`);
}

// show puts the page of an answer in the place of this one.
async function show(htmx, answer, text, closing, keepWord = false) {
  if (elsewhere(answer)) return;
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("#page");
  if (!fresh) return;
  // A refresh does not take away the word about what was done just before.
  if (keepWord) {
    const word = document.querySelector("#page > [data-flash]");
    if (word && !fresh.querySelector("[data-flash]")) fresh.prepend(word.cloneNode(true));
    // Nor why something was refused.
    const no = document.querySelector("#page > .note-box[role=alert]");
    if (no && !fresh.querySelector(":scope > .note-box[role=alert]")) fresh.prepend(no.cloneNode(true));
    for (const why of document.querySelectorAll("#page [data-refused]")) {
      itemOf(fresh, why.closest("[data-item]")?.dataset.item)?.append(why.cloneNode(true));
    }
  }
  const focus = document.activeElement?.closest("[data-item]")?.dataset.item;
  const open = [...document.querySelectorAll("#page details[open][id]")].filter((d) => d !== closing).map((d) => d.id);
  await htmx.swap({ text: fresh.outerHTML, target: "#page", swap: "outerMorph" });
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focus && document.activeElement === document.body) itemOf(document, focus)?.focus();
  document.dispatchEvent(new CustomEvent("headway:refreshed"));
}

// quiet sends forms that are marked data-quiet without leaving the place on
// the page; what the answer says is also shown where the eye is.
export function quiet(htmx) {
  document.addEventListener("submit", async (e) => {
    const form = e.target;
    if (e.defaultPrevented || !form.matches?.("form[data-quiet]")) return;
    e.preventDefault();
    const body = new URLSearchParams(new FormData(form, e.submitter));
    const done = working();
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    done();
    if (!answer) {
      toast("The server cannot be reached. Nothing was changed.");
      return;
    }
    if (!answer.ok) {
      // Its page says what is wrong; the button that was pressed is sent again too.
      if (e.submitter?.name) form.addEventListener("formdata", (f) => f.formData.append(e.submitter.name, e.submitter.value), { once: true });
      HTMLFormElement.prototype.submit.call(form);
      return;
    }
    const about = form.closest("[data-item]")?.dataset.item;
    await show(htmx, answer, await answer.text(), form.closest("details"));
    const word = document.querySelector("#page [data-flash]");
    if (word?.matches(".stop") && atItem(about, word)) return;
    if (word && word.getBoundingClientRect().bottom < 0) toast(word.querySelector("span").textContent, word.querySelector("form"));
  });
}

// atItem says at a card why it is still where it was, and tells whether there
// is such a card.
function atItem(id, word) {
  const item = itemOf(document, id);
  if (!item) return false;
  const why = document.createElement("div");
  why.className = "tiny stop-ink";
  why.dataset.refused = "";
  why.textContent = word.querySelector("span").textContent;
  const differs = word.querySelector(".scroll");
  if (differs) why.append(differs.cloneNode(true));
  item.append(why);
  item.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

function toast(text, undo) {
  const box = document.querySelector(".toasts");
  if (!box) return;
  const one = document.createElement("div");
  one.className = "toast";
  one.append(text);
  if (undo) {
    const form = undo.cloneNode(true);
    form.addEventListener("submit", () => one.remove());
    one.append(form);
  }
  box.append(one);
  setTimeout(() => one.remove(), 8000);
}

export function live(htmx) {
  const light = document.querySelector(".live");
  const stream = document.getElementById("live");
  if (!light || !stream) return;
  const say = (state, text) => {
    if (light.dataset.state === state) return;
    light.dataset.state = state;
    light.querySelector("span").textContent = text;
  };
  const lost = () => say("off", "Reconnecting…");
  const well = () => say("on", "Live");

  let timer = 0; // the next refresh
  const within = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(refresh, ms);
  };
  document.addEventListener("changed", (e) => e.target === stream && within(QUIET));

  let streaming = false; // the stream is there, or is tried again by itself
  let open = false;
  let before = false;
  document.addEventListener("htmx:sse:before:connection", () => (streaming = true));
  document.addEventListener("htmx:sse:after:connection", () => {
    open = true;
    if (!failures) well();
    if (before) within(QUIET); // signals may have been missed while away
    before = true;
  });
  document.addEventListener("htmx:sse:error", (e) => {
    open = false;
    lost();
    if (e.detail?.status !== 401) return;
    if (busy()) offer("ended");
    else within(0); // goes to sign in, and comes back
  });
  document.addEventListener("htmx:sse:close", () => (streaming = open = false));
  setInterval(() => streaming || htmx.ajax("GET", stream.getAttribute("hx-sse:connect"), { source: stream, swap: "none" }), ANEW);

  // What a job computes says how far it is: looked at again until it is done.
  let next = 0;
  const computing = () => {
    clearTimeout(next);
    if (document.querySelector("#page [data-again], #page [data-working]")) next = setTimeout(look, AGAIN);
  };
  const look = () => (busy() ? computing() : refresh()); // nobody is told of that while writing
  document.addEventListener("headway:refreshed", computing);
  computing();

  let failures = 0;
  async function refresh() {
    if (document.querySelector("form[data-sliding][aria-busy]")) return; // what it asked for comes in a moment
    if (busy()) {
      offer("stale");
      return;
    }
    const answer = await fetch(location.href, { headers: { "HX-Request": "true" } }).catch(() => null);
    const text = await answer?.text().catch(() => null); // whole before it is asked whether somebody has begun to write
    if (text == null || answer.status === 429 || answer.status >= 500) {
      lost();
      within(Math.min(AGAIN * 2 ** failures++, MOST));
      return;
    }
    failures = 0;
    if (open) well();
    if (busy()) offer(answer.redirected ? "ended" : "stale");
    else if (answer.redirected) elsewhere(answer);
    else if (answer.ok) await show(htmx, answer, text, null, true);
  }

  // Never under somebody's hands: a started form or a drag waits, and so does
  // what was typed into a form that was refused, or is shown this once.
  function busy() {
    if (document.querySelector("#page[data-held], dialog[open], .sortable-chosen, .tl-scroll.dragging, .tl.moving, .tl.asking, .tl.looking")) return true;
    const field = document.activeElement;
    if (field?.matches("#page input:not([type=hidden]), #page textarea, #page select") && !field.closest("form[data-sliding]")) return true;
    return [...document.querySelectorAll("#page textarea, #page input:not([type=hidden])")].some((f) => f.value !== f.defaultValue && !f.closest("form[data-sliding]"));
  }

  // offer tells of a change, or of an end of the session, without taking away what was begun.
  function offer(kind) {
    const box = document.querySelector(".toasts");
    if (!box || box.querySelector(`[data-stale="${kind}"]`)) return;
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.dataset.stale = kind;
    if (kind === "ended") {
      toast.append("Your session has ended. What you typed stays here: sign in beside, then send it. ");
      const link = document.createElement("a");
      Object.assign(link, { href: "/sign-in", target: "_blank", textContent: "Sign in" });
      toast.append(link);
    } else {
      toast.append("Something was changed here meanwhile. ");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Show it";
      button.addEventListener("click", () => location.reload());
      toast.append(button);
    }
    box.append(toast);
  }
}
