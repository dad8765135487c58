// Live pages: the server says that something changed, the page asks for
// itself again (so that permissions are checked again) and is morphed in place.

const QUIET = 250; // ms in which further signals join the same refresh

export function live(htmx) {
  const light = document.querySelector(".live");
  if (!light) return;
  const say = (state, text) => {
    light.dataset.state = state;
    light.querySelector("span").textContent = text;
  };
  let timer = 0;
  let connected = false;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, QUIET);
  };
  document.addEventListener("changed", (e) => e.target.closest?.("#live") && soon());
  document.addEventListener("htmx:sse:after:connection", () => {
    say("on", "Live");
    if (connected) soon(); // signals may have been missed while away
    connected = true;
  });
  document.addEventListener("htmx:sse:error", () => say("off", "Connecting again"));

  async function refresh() {
    if (busy()) {
      offer();
      return;
    }
    const answer = await fetch(location.href, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer) return;
    const text = await answer.text();
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) {
      location.assign(answer.url);
      return;
    }
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("#page");
    if (!answer.ok || !fresh || busy()) return;
    const open = [...document.querySelectorAll("#page details[open][id]")].map((d) => d.id);
    await htmx.swap({ text: fresh.outerHTML, target: "#page", swap: "outerMorph" });
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    document.dispatchEvent(new CustomEvent("headway:refreshed"));
  }

  // Never under somebody's hands: a started form or a drag waits.
  function busy() {
    if (document.querySelector("dialog[open], .sortable-chosen, .tl-scroll.dragging")) return true;
    const field = document.activeElement;
    if (field?.matches("#page input:not([type=hidden]), #page textarea, #page select")) return true;
    return [...document.querySelectorAll("#page textarea, #page input:not([type=hidden])")].some((f) => f.value !== f.defaultValue);
  }

  function offer() {
    const box = document.querySelector(".toasts");
    if (!box || box.querySelector("[data-stale]")) return;
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.dataset.stale = "";
    toast.append("Somebody changed something here while you were writing. ");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Show it";
    button.addEventListener("click", () => location.reload());
    toast.append(button);
    box.append(toast);
  }
}
