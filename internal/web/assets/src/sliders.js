// Forms marked data-sliding answer while a slider is moved: the page with the new
// figures takes the place of this one when they are computed. Until then the old
// ones stay, and only what was asked last is shown.

const REST = 80; // ms without a further move until it is asked
const LOOK = 100; // ms between two looks at a page that is still being computed

export function sliders(htmx) {
  let round = 0;
  let timer = 0;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const moved = (e) => {
    const form = e.target.closest?.("form[data-sliding]");
    if (!form) return;
    const word = form.querySelector(`output[for="${CSS.escape(e.target.id)}"]`);
    if (word) word.textContent = e.target.value;
    form.setAttribute("aria-busy", "true");
    clearTimeout(timer);
    timer = setTimeout(() => ask(form, ++round), REST);
  };
  document.addEventListener("input", moved);

  async function ask(form, mine) {
    const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
    for (;;) {
      const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (mine !== round) return;
      if (!answer?.ok || answer.redirected) {
        location.assign(address); // its page says what is wrong
        return;
      }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#page");
      if (mine !== round) return;
      if (!fresh?.querySelector("[data-again]")) {
        history.replaceState(null, "", address);
        await htmx.swap({ text: fresh.outerHTML, target: "#page", swap: "outerMorph" });
        document.querySelector("form[data-sliding]")?.removeAttribute("aria-busy");
        document.dispatchEvent(new CustomEvent("headway:refreshed"));
        return;
      }
      await wait(LOOK);
    }
  }
}
