/**
 * Entry of every page: small things at once, islands only where their element is.
 *
 * Pages work without this script; an island improves one element found by its
 * `data-carecoord-*` attribute.
 */
import { guardForms } from "./shared/forms";
import { followConnection } from "./shared/offline";

type Mount = (element: HTMLElement) => void;

const ISLANDS: ReadonlyArray<readonly [string, () => Promise<{ mount: Mount }>]> = [
  ["data-carecoord-board", () => import("./board/mount")],
  ["data-carecoord-map", () => import("./map/mount")],
  ["data-carecoord-progress", () => import("./progress/mount")],
];

async function start(): Promise<void> {
  followConnection(document.documentElement);
  guardForms(document);
  for (const [attribute, load] of ISLANDS) {
    const elements = document.querySelectorAll<HTMLElement>(`[${attribute}]`);
    if (elements.length === 0) continue;
    const island = await load();
    elements.forEach((element) => island.mount(element));
  }
}

void start();
