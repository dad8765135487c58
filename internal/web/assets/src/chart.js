// Charts of pages that measure: one figure over time, read from a table on the
// page so that the same numbers can be read without the drawing.
import uPlot from "uplot";

const ink = (el, name) => getComputedStyle(el).getPropertyValue(name).trim();

function resolve(el, value) {
  const probe = document.createElement("span");
  probe.style.color = value;
  el.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

for (const host of document.querySelectorAll("[data-chart]")) {
  const table = document.getElementById(host.dataset.chart);
  if (!table) continue;
  const rows = [...table.querySelectorAll("[data-x]")];
  const names = host.dataset.series.split("|");
  const data = [rows.map((r) => Number(r.dataset.x)), ...names.map((_, i) => rows.map((r) => (r.dataset[`y${i}`] === "" ? null : Number(r.dataset[`y${i}`]))))];
  const colour = (name) => resolve(host, ink(host, name));
  const strokes = ["--line-1", "--line-2", "--line-3", "--line-4"].map(colour);
  const axis = { stroke: colour("--ink-3"), grid: { stroke: colour("--hair"), width: 1 }, ticks: { show: false }, font: "11px system-ui" };
  const chart = new uPlot(
    {
      width: host.clientWidth,
      height: Number(host.dataset.height ?? 240),
      cursor: { y: false },
      scales: { y: { range: (_u, _min, max) => [0, Math.max(1, max * 1.08)] } },
      axes: [axis, { ...axis, size: 44, label: host.dataset.unit, labelSize: 16, labelFont: "11px system-ui" }],
      series: [{}, ...names.map((label, i) => ({ label, stroke: strokes[i % 4], width: i === 0 ? 0 : 2, paths: i === 0 ? () => null : undefined, points: { show: i === 0, size: 4, fill: strokes[0] }, spanGaps: true }))],
    },
    data,
    host,
  );
  new ResizeObserver(() => chart.setSize({ width: host.clientWidth, height: chart.height })).observe(host);
}
