// Everything a page needs beyond HTML: live refresh, small menus, copying,
// dragging on the board, the timeline's card. Every page works without it.
import htmx from "htmx.org/dist/htmx.esm.js";
import "htmx.org/dist/ext/hx-sse.js";
import { atHome } from "./address.js";
import { keep } from "./keep.js";
import { live, quiet } from "./live.js";
import { board } from "./board.js";
import { timeline } from "./timeline.js";
import { palette } from "./palette.js";
import { progress } from "./progress.js";
import { sliders } from "./sliders.js";
import { small } from "./small.js";

document.documentElement.dataset.script = "on";
atHome();
keep();
small(document);
palette();
live(htmx);
quiet(htmx);
sliders(htmx);
progress(document);
for (const start of [board, timeline]) {
  start();
  document.addEventListener("headway:refreshed", () => start());
}
