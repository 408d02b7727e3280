/**
 * Follows a plan being computed: sentence, bar, best cost over time, and its table.
 *
 * Reads, on `[data-carecoord-progress]`: `data-url` (JSON, see `RunStatus`). Inside it, each
 * optional: `[data-part="message"]` (role=status), `progress`, `[data-part="elapsed"]`,
 * `[data-part="chart"]`, `[data-part="rows"]` (a tbody), `[data-part="draft"]` (hidden, with a link). When the run is over, the page is
 * read again: the server shows the result. Stopping early is a plain form.
 */
import { count, duration, euros } from "../shared/format";
import { type Box, type Chart, chartOf, isOver, nextDelay, type RunStatus } from "./model";

const SVG = "http://www.w3.org/2000/svg";
const WIDTHS_PX = [300, 960] as const;
const LOST = "Le serveur ne répond pas ; le calcul continue de son côté. Nouvel essai dans quelques secondes.";

function shape(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/** As wide as the page gives, one unit to the pixel, so that labels keep their size on a phone. */
function boxFor(place: HTMLElement): Box {
  const width = Math.min(WIDTHS_PX[1], Math.max(WIDTHS_PX[0], place.clientWidth));
  return { width, height: 260, left: 84, bottom: 32, top: 14 };
}

function draw(chart: Chart, box: Box): SVGElement {
  const floor = box.height - box.bottom;
  const svg = shape("svg", { viewBox: `0 0 ${box.width} ${box.height}`, width: box.width, height: box.height, class: "cost-chart", role: "img" });
  svg.append(shape("title", {}, "Meilleur coût trouvé au fil du temps ; les valeurs sont dans le tableau."));
  for (const tick of chart.costs) {
    svg.append(shape("line", { class: "grid", x1: box.left, x2: box.width - 8, y1: tick.at, y2: tick.at }));
    svg.append(shape("text", { x: box.left - 8, y: tick.at + 5, "text-anchor": "end" }, tick.label));
  }
  for (const tick of chart.times) {
    svg.append(shape("text", { x: tick.at, y: floor + 22, "text-anchor": "middle" }, tick.label));
  }
  svg.append(shape("line", { class: "axis", x1: box.left, x2: box.width - 8, y1: floor, y2: floor }));
  if (chart.points !== "") svg.append(shape("polyline", { class: "best", points: chart.points }));
  if (chart.last !== null) {
    svg.append(shape("circle", { class: "last", cx: chart.last[0], cy: chart.last[1], r: 4.5 }));
  }
  return svg;
}

function fillRows(body: Element, status: RunStatus): void {
  const rows = status.improvements.map((item) => {
    const row = document.createElement("tr");
    for (const text of [duration(item.at_s), euros(item.cost_cents), count(item.unserved)]) {
      const cell = document.createElement("td");
      cell.className = "num";
      cell.textContent = text;
      row.append(cell);
    }
    return row;
  });
  body.replaceChildren(...rows);
}

function show(element: HTMLElement, status: RunStatus): void {
  const part = (name: string): HTMLElement | null => element.querySelector(`[data-part="${name}"]`);
  const message = part("message");
  // A live region is only written when the sentence changes, or it would be read every second.
  if (message !== null && message.textContent !== status.message) message.textContent = status.message;
  const elapsed = part("elapsed");
  if (elapsed !== null) elapsed.textContent = duration(status.elapsed_s);
  const bar = element.querySelector("progress");
  if (bar !== null && status.progress !== null) bar.value = status.progress;
  if (bar !== null && status.progress === null) bar.removeAttribute("value");
  const place = part("chart");
  if (place !== null) {
    const box = boxFor(place);
    const chart = chartOf(status, box);
    // Nothing to draw before the first plan: empty axes would say nothing.
    if (chart.last !== null) place.replaceChildren(draw(chart, box));
  }
  const rows = part("rows");
  if (rows !== null) fillRows(rows, status);
  const draft = part("draft");
  const link = draft?.querySelector("a");
  if (draft !== null && link && status.draft_href) {
    link.href = status.draft_href;
    draft.hidden = false;
  }
}

/** Follow one run until it is over. */
export function mount(element: HTMLElement): void {
  const url = element.dataset["url"];
  if (url === undefined) return;
  const address = url;
  let failures = 0;

  async function ask(): Promise<boolean> {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const status = (await answer.json()) as RunStatus;
    show(element, status);
    return isOver(status.state);
  }

  async function follow(): Promise<void> {
    try {
      const over = await ask();
      failures = 0;
      if (over) {
        window.location.reload();
        return;
      }
    } catch {
      failures += 1;
      const message = element.querySelector('[data-part="message"]');
      if (message !== null) message.textContent = LOST;
    }
    window.setTimeout(() => void follow(), nextDelay(failures));
  }

  void follow();
}
