// What takes longer than a moment says so: a bar at the top while an answer is
// on its way, with its share while files are sent.

import { addressOf } from "./address.js";

const MOMENT = 400; // ms that nobody calls waiting
const FORGET = 20000; // ms after which a download has come without a new page

let bar;

function show(share) {
  if (!bar) {
    bar = document.createElement("progress");
    bar.className = "top-progress";
    bar.max = 1;
    bar.setAttribute("aria-label", "Waiting for the server");
  }
  if (share === undefined) bar.removeAttribute("value");
  else bar.value = share;
  if (!bar.isConnected) document.body.append(bar);
}

// working shows the bar when something lasts, until the function that it gives is called.
export function working() {
  const timer = setTimeout(show, MOMENT);
  return () => {
    clearTimeout(timer);
    bar?.remove();
  };
}

// leads tells whether a click goes to another page of this window.
function leads(e) {
  const a = e.target.closest?.("a[href]");
  if (!a || a.matches("[data-paper], [data-png]") || e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || a.target || a.hasAttribute("download")) return false;
  const to = new URL(a.href);
  return to.origin === location.origin && !/\.\w+$/.test(to.pathname) && to.href.split("#")[0] !== location.href.split("#")[0];
}

export function progress(root) {
  let stop = () => {};
  const start = () => {
    stop();
    stop = working();
    setTimeout(stop, FORGET);
  };
  root.addEventListener("click", (e) => leads(e) && start());
  root.addEventListener("submit", (e) => {
    if (e.defaultPrevented) return;
    const form = e.target;
    if (form.enctype === "multipart/form-data" && form.method === "post") upload(e);
    else if (!form.matches("[data-quiet], [method=dialog]")) start();
  });
  addEventListener("pageshow", () => stop());
  // Behind an answer to files lies the page that they were sent from.
  addEventListener("popstate", (e) => e.state?.sent && location.reload());
}

// upload sends a form with files and shows how much of them has arrived.
function upload(e) {
  const form = e.target;
  const size = [...form.querySelectorAll("input[type=file]")].flatMap((f) => [...f.files]).reduce((sum, f) => sum + f.size, 0);
  if (size < 1 << 20) return; // sent in a moment: as every form
  e.preventDefault();
  const call = new XMLHttpRequest();
  call.open("POST", form.action);
  call.upload.onprogress = (p) => show(p.lengthComputable ? p.loaded / p.total : undefined);
  call.upload.onload = () => show();
  call.onload = () => {
    if (new URL(call.responseURL).pathname === "/sign-in") return location.assign(call.responseURL);
    const fresh = new DOMParser().parseFromString(call.responseText, "text/html");
    history.replaceState({ sent: true }, "");
    history.pushState({ sent: true }, "", addressOf(fresh) ?? location.href);
    document.title = fresh.title;
    document.querySelector("#page").replaceWith(fresh.querySelector("#page"));
    bar?.remove();
    scrollTo(0, 0);
    document.dispatchEvent(new CustomEvent("headway:refreshed"));
  };
  call.onerror = () => {
    bar?.remove();
    HTMLFormElement.prototype.submit.call(form); // the browser says what is wrong
  };
  call.send(new FormData(form, e.submitter));
}
