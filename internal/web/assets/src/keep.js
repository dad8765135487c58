// What was typed outlives the session: a form leaves a note in this tab when it
// is sent. Where the way leads over the sign-in page, because the session had
// ended, the note fills the form again; everywhere else it is thrown away.
// Passwords and files are never noted.

const NOTE = "headway:sent";
const LARGEST = 200000; // characters

const typedIn = (f) => f.name && f.matches("textarea, select, input:not([type=hidden], [type=password], [type=file])");
const ticked = (f) => f.type === "checkbox" || f.type === "radio";
const here = () => location.pathname + location.search;
const formsTo = (action) => [...document.querySelectorAll("form")].filter((f) => f.getAttribute("action") === action);

function note(form) {
  const action = form.getAttribute("action");
  const fields = [...form.elements].filter(typedIn).map((f) => ({ name: f.name, value: f.value, on: ticked(f) && f.checked }));
  const text = JSON.stringify({ at: here(), who: document.body.dataset.viewer, action, which: formsTo(action).indexOf(form), fields });
  if (fields.length && text.length <= LARGEST) sessionStorage.setItem(NOTE, text);
  else sessionStorage.removeItem(NOTE);
}

function fill(form, fields) {
  const now = [...form.elements].filter(typedIn);
  if (now.length !== fields.length || now.some((f, k) => f.name !== fields[k].name)) return false;
  let some = false;
  now.forEach((f, k) => {
    const { value, on } = fields[k];
    if (ticked(f)) {
      some ||= f.checked !== on;
      f.checked = on;
    } else {
      some ||= f.value !== value;
      f.value = value;
    }
  });
  return some;
}

export function keep() {
  const kept = JSON.parse(sessionStorage.getItem(NOTE) ?? "null");
  if (location.pathname === "/sign-in") {
    if (kept && document.querySelector("[data-ended]")) sessionStorage.setItem(NOTE, JSON.stringify({ ...kept, ended: true }));
    else if (!kept?.ended) sessionStorage.removeItem(NOTE);
    return; // what is typed here is nobody's to keep
  }
  sessionStorage.removeItem(NOTE);
  document.addEventListener("submit", (e) => e.target.method === "post" && note(e.target));
  if (!kept?.ended || kept.at !== here() || kept.who !== document.body.dataset.viewer) return;
  const form = formsTo(kept.action)[kept.which];
  if (!form || !fill(form, kept.fields)) return;
  for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  const word = document.createElement("p");
  word.setAttribute("role", "status");
  word.textContent = "Your session had ended. What you typed is here again: look at it, then send it.";
  const card = form.closest("[data-item]");
  if (card) {
    // A card has no room for it.
    word.className = "toast";
    document.querySelector(".toasts").append(word);
    document.addEventListener("submit", (e) => e.target === form && word.remove());
    card.scrollIntoView({ block: "center" });
    return;
  }
  word.className = "note-box warn";
  Element.prototype.before.call(form, word); // a field of the form may bear that name
  word.scrollIntoView({ block: "center" });
}
