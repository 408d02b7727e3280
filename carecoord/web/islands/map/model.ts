/** What a map of rounds shows, read from the page and checked. Pure. */

export type LatLon = readonly [number, number];

/** `kind` gives the marker its colour; `base` is where a day starts or ends. */
export interface Stop {
  readonly lat: number;
  readonly lon: number;
  readonly mark: string;
  readonly label: string;
  readonly kind: "help" | "meal" | "ride" | "base";
  readonly href: string | null;
}

/** `path` follows the roads when it is known; otherwise stops are joined by straight lines. */
export interface Round {
  readonly name: string;
  readonly stops: readonly Stop[];
  readonly path: readonly LatLon[] | null;
}

export interface Commune {
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
}

export interface MapData {
  readonly rounds: readonly Round[];
  readonly communes: readonly Commune[];
}

export const ROUND_COLOURS = ["#0b5f5a", "#3b3f9c", "#8a5a00", "#a3201a", "#1f6b36", "#6a2c70"] as const;

const KINDS = ["help", "meal", "ride", "base"] as const;

type Loose = Record<string, unknown>;

function list(value: unknown): Loose[] {
  return Array.isArray(value) ? value.filter((item): item is Loose => typeof item === "object" && item !== null) : [];
}

function isPoint(lat: unknown, lon: unknown): boolean {
  return (
    typeof lat === "number" && typeof lon === "number" && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
  );
}

function stopOf(raw: Loose): Stop {
  const kind = KINDS.find((known) => known === raw["kind"]) ?? "help";
  return {
    lat: raw["lat"] as number,
    lon: raw["lon"] as number,
    mark: String(raw["mark"] ?? ""),
    label: String(raw["label"] ?? ""),
    kind,
    href: typeof raw["href"] === "string" ? raw["href"] : null,
  };
}

function pathOf(raw: unknown): LatLon[] | null {
  if (!Array.isArray(raw)) return null;
  const points = raw.filter((point): point is [number, number] => Array.isArray(point) && isPoint(point[0], point[1]));
  return points.length >= 2 ? points : null;
}

/** Read the page's JSON; entries without a usable position are left to the table. */
export function readMap(text: string): MapData {
  const raw = JSON.parse(text) as Loose;
  return {
    rounds: list(raw["rounds"]).map((round) => ({
      name: String(round["name"] ?? ""),
      stops: list(round["stops"])
        .filter((stop) => isPoint(stop["lat"], stop["lon"]))
        .map(stopOf),
      path: pathOf(round["path"]),
    })),
    communes: list(raw["communes"])
      .filter((commune) => isPoint(commune["lat"], commune["lon"]))
      .map((commune) => ({
        name: String(commune["name"] ?? ""),
        lat: commune["lat"] as number,
        lon: commune["lon"] as number,
      })),
  };
}

/** The line of a round. */
export function lineOf(round: Round): LatLon[] {
  return round.path === null ? round.stops.map((stop) => [stop.lat, stop.lon] as const) : [...round.path];
}

/** South-west and north-east corners of the stops (communes when there are none), or `null`. */
export function boundsOf(data: MapData): readonly [LatLon, LatLon] | null {
  const stops = data.rounds.flatMap((round) => round.stops.map((stop) => [stop.lat, stop.lon] as const));
  const points = stops.length > 0 ? stops : data.communes.map((commune) => [commune.lat, commune.lon] as const);
  if (points.length === 0) return null;
  const lats = points.map((point) => point[0]);
  const lons = points.map((point) => point[1]);
  return [
    [Math.min(...lats), Math.min(...lons)],
    [Math.max(...lats), Math.max(...lons)],
  ];
}

/** Rank of each stop among those at the very same place: 0 for the first one there. */
export function ranks(stops: readonly Stop[]): number[] {
  const seen = new Map<string, number>();
  return stops.map((stop) => {
    const key = `${stop.lat.toFixed(5)}/${stop.lon.toFixed(5)}`;
    const rank = seen.get(key) ?? 0;
    seen.set(key, rank + 1);
    return rank;
  });
}
