/**
 * The board: one tab stop, arrows among visits, Enter opens (they are links), M opens the
 * move form, Z undoes, the detail panel follows focus and pointer.
 *
 * Reads, on each `[data-carecoord-visit]`: `data-row`, `data-start-min`, `data-end-min`,
 * and optionally `data-move-href` and `data-detail-href` (an HTML fragment of ours).
 * `[data-carecoord-detail]` receives the detail; `form[data-carecoord-undo]` is sent by Z.
 */
import { actionFor, type Place, reach } from "./model";

const DETAIL_DELAY_MS = 150;

function placeOf(visit: HTMLElement): Place {
  return {
    row: Number(visit.dataset["row"]),
    startMin: Number(visit.dataset["startMin"]),
    endMin: Number(visit.dataset["endMin"]),
  };
}

/** Shows a visit's detail beside the board; keeps what was already fetched. */
function detailPanel(panel: HTMLElement | null): (visit: HTMLElement) => void {
  const kept = new Map<string, string>();
  let wanted = "";
  let timer = 0;

  async function load(href: string): Promise<void> {
    const answer = await fetch(href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok) return;
    kept.set(href, await answer.text());
    show(href);
  }

  function show(href: string): void {
    const html = kept.get(href);
    if (panel !== null && html !== undefined && href === wanted) panel.innerHTML = html;
  }

  return (visit) => {
    const href = visit.dataset["detailHref"];
    if (panel === null || href === undefined || href === wanted) return;
    wanted = href;
    window.clearTimeout(timer);
    if (kept.has(href)) {
      show(href);
      return;
    }
    timer = window.setTimeout(() => {
      // The detail is also on the visit's own page: without it the board still works.
      load(href).catch(() => undefined);
    }, DETAIL_DELAY_MS);
  };
}

function sendUndo(): boolean {
  const form = document.querySelector<HTMLFormElement>("form[data-carecoord-undo]");
  form?.requestSubmit();
  return form !== null;
}

function openMove(visit: HTMLElement): boolean {
  const href = visit.dataset["moveHref"];
  if (href === undefined) return false;
  window.location.assign(href);
  return true;
}

/** Bring the keyboard to one board. */
export function mount(board: HTMLElement): void {
  const visits = [...board.querySelectorAll<HTMLElement>("[data-carecoord-visit]")];
  if (visits.length === 0) return;
  const places = visits.map(placeOf);
  const showDetail = detailPanel(document.querySelector<HTMLElement>("[data-carecoord-detail]"));
  const selected = visits.findIndex((visit) => visit.hasAttribute("aria-current"));
  let stop = Math.max(0, selected);

  function moveStop(index: number): void {
    visits[stop]?.setAttribute("tabindex", "-1");
    visits[index]?.setAttribute("tabindex", "0");
    stop = index;
  }

  visits.forEach((visit, index) => visit.setAttribute("tabindex", index === stop ? "0" : "-1"));

  board.addEventListener("focusin", (event) => {
    const index = visits.indexOf(event.target as HTMLElement);
    const visit = visits[index];
    if (visit === undefined) return;
    moveStop(index);
    showDetail(visit);
  });
  board.addEventListener("pointerover", (event) => {
    const visit = (event.target as HTMLElement).closest<HTMLElement>("[data-carecoord-visit]");
    if (visit !== null) showDetail(visit);
  });
  board.addEventListener("keydown", (event) => {
    const index = visits.indexOf(event.target as HTMLElement);
    const visit = visits[index];
    if (visit === undefined) return;
    const modified = event.ctrlKey || event.altKey || event.metaKey;
    const next = modified ? null : reach(places, index, event.key);
    if (next !== null) {
      event.preventDefault();
      visits[next]?.focus();
      visits[next]?.scrollIntoView({ block: "nearest", inline: "nearest" });
      return;
    }
    const action = actionFor(event.key, modified);
    const done = action === "move" ? openMove(visit) : action === "undo" && sendUndo();
    if (done) event.preventDefault();
  });
}
