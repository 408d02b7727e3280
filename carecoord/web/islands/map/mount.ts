/**
 * The map of one or several rounds, useful with no tiles at all.
 *
 * Reads, on `[data-carecoord-map]`: `data-tiles-url` (may be empty), `data-tiles-attribution`,
 * `data-tiles-max-zoom`; inside it, `<script type="application/json">` (see model.ts) and
 * `.map-notice`, shown when tiles are missing.
 */
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { boundsOf, lineOf, type MapData, ranks, readMap, type Round, ROUND_COLOURS } from "./model";

const MARKER_PX = 28;
const NO_TILES = "Sans fond de carte : positions, ordre des arrêts et communes restent exacts.";
const TILES_FAILED =
  "Le fond de carte ne répond pas : positions, ordre des arrêts et communes restent exacts.";

function bubble(label: string, href: string | null): HTMLElement {
  const box = document.createElement(href === null ? "span" : "a");
  box.textContent = label;
  if (href !== null && box instanceof HTMLAnchorElement) box.href = href;
  return box;
}

function drawRound(map: L.Map, round: Round, rank: number): void {
  const colour = ROUND_COLOURS[rank % ROUND_COLOURS.length] ?? ROUND_COLOURS[0];
  const dash = round.path === null ? { dashArray: "6 6" } : {};
  const line = lineOf(round).map(([lat, lon]): L.LatLngTuple => [lat, lon]);
  L.polyline(line, { color: colour, weight: 3, opacity: 0.8, interactive: false, ...dash }).addTo(map);
  const rankAtPlace = ranks(round.stops);
  round.stops.forEach((stop, index) => {
    const text = document.createElement("span");
    text.textContent = stop.mark;
    // Stops of one building stand side by side, whatever the zoom.
    const anchor: L.PointTuple = [MARKER_PX / 2 - (rankAtPlace[index] ?? 0) * (MARKER_PX + 2), MARKER_PX / 2];
    const icon = L.divIcon({
      className: `stop-marker ${stop.kind}`,
      html: text,
      iconSize: [MARKER_PX, MARKER_PX],
      iconAnchor: anchor,
    });
    // The keyboard reads the table beside the map: numbers that overlap make poor stops for it.
    const marker = L.marker([stop.lat, stop.lon], { icon, title: stop.label, keyboard: false });
    marker.addTo(map).bindPopup(bubble(stop.label, stop.href));
  });
}

function drawCommunes(map: L.Map, data: MapData): void {
  for (const commune of data.communes) {
    const text = document.createElement("span");
    text.textContent = commune.name;
    const icon = L.divIcon({ className: "commune-label", html: text });
    L.marker([commune.lat, commune.lon], { icon, interactive: false, keyboard: false }).addTo(map);
  }
}

function addTiles(map: L.Map, element: HTMLElement, say: (sentence: string) => void): void {
  const url = element.dataset["tilesUrl"] ?? "";
  if (url === "") {
    say(NO_TILES);
    return;
  }
  const credit = document.createElement("span");
  credit.textContent = element.dataset["tilesAttribution"] ?? "";
  const maxZoom = Number(element.dataset["tilesMaxZoom"] ?? "19");
  const tiles = L.tileLayer(url, { maxZoom, attribution: credit.innerHTML, referrerPolicy: "no-referrer" });
  tiles.on("tileerror", () => say(TILES_FAILED));
  tiles.addTo(map);
}

function fit(map: L.Map, data: MapData): void {
  const bounds = boundsOf(data);
  if (bounds === null) {
    map.setView([46.6, 2.4], 5);
    return;
  }
  const corners: L.LatLngTuple[] = bounds.map(([lat, lon]): L.LatLngTuple => [lat, lon]);
  // More room on the right: stops of one building stand in a row there.
  map.fitBounds(L.latLngBounds(corners), {
    paddingTopLeft: [56, 36],
    paddingBottomRight: [80, 36],
    maxZoom: 16,
    animate: false,
  });
}

/** Turn one element into a map. */
export function mount(element: HTMLElement): void {
  const source = element.querySelector('script[type="application/json"]')?.textContent ?? "{}";
  const data = readMap(source);
  const notice = element.querySelector<HTMLElement>(".map-notice");
  const say = (sentence: string): void => {
    // Said once: a map asks for many tiles, and moving it back each time would be a nuisance.
    if (notice === null || !notice.hidden) return;
    notice.textContent = sentence;
    notice.hidden = false;
    map.invalidateSize();
    fit(map, data);
  };
  const canvas = document.createElement("div");
  canvas.className = "map-canvas";
  element.prepend(canvas);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(canvas, { zoomControl: false, fadeAnimation: !still, zoomAnimation: !still });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  fit(map, data);
  if (boundsOf(data) === null) say("Aucun arrêt n’a de position connue.");
  addTiles(map, element, say);
  drawCommunes(map, data);
  data.rounds.forEach((round, rank) => drawRound(map, round, rank));
}
