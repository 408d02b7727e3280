/** Moving over the board with the keyboard: which visit comes next. Pure. */

/** One visit as the board shows it: its row (aide), when it starts and ends, in minutes. */
export interface Place {
  readonly row: number;
  readonly startMin: number;
  readonly endMin: number;
}

export type Action = "move" | "undo" | "none";

function inRow(places: readonly Place[], row: number): number[] {
  return places
    .map((_, index) => index)
    .filter((index) => places[index]?.row === row)
    .sort((a, b) => (places[a]?.startMin ?? 0) - (places[b]?.startMin ?? 0));
}

/** Minutes between two visits; 0 when they overlap. */
function apart(a: Place, b: Place): number {
  return Math.max(0, a.startMin - b.endMin, b.startMin - a.endMin);
}

function sideways(places: readonly Place[], current: number, step: 1 | -1): number {
  const here = places[current];
  if (here === undefined) return current;
  const row = inRow(places, here.row);
  return row[row.indexOf(current) + step] ?? current;
}

function vertical(places: readonly Place[], current: number, step: 1 | -1): number {
  const here = places[current];
  if (here === undefined) return current;
  const rows = [...new Set(places.map((place) => place.row))].sort((a, b) => a - b);
  const target = rows[rows.indexOf(here.row) + step];
  if (target === undefined) return current;
  let best = current;
  let bestKey: readonly [number, number] = [Infinity, Infinity];
  for (const index of inRow(places, target)) {
    const there = places[index];
    if (there === undefined) continue;
    const key = [apart(here, there), Math.abs(here.startMin - there.startMin)] as const;
    if (key[0] < bestKey[0] || (key[0] === bestKey[0] && key[1] < bestKey[1])) {
      best = index;
      bestKey = key;
    }
  }
  return best;
}

/**
 * Index of the visit reached from `current` with an arrow, Home or End.
 *
 * Up and down reach the nearest visit in time on the next person who has any;
 * at an edge nothing moves. Returns `null` when the key is not one of ours.
 */
export function reach(places: readonly Place[], current: number, key: string): number | null {
  switch (key) {
    case "ArrowRight":
      return sideways(places, current, 1);
    case "ArrowLeft":
      return sideways(places, current, -1);
    case "ArrowDown":
      return vertical(places, current, 1);
    case "ArrowUp":
      return vertical(places, current, -1);
    case "Home":
    case "End": {
      const here = places[current];
      if (here === undefined) return current;
      return inRow(places, here.row).at(key === "Home" ? 0 : -1) ?? current;
    }
    default:
      return null;
  }
}

/** What a letter means on the board; with Ctrl, Alt or Meta it belongs to the browser. */
export function actionFor(key: string, modified: boolean): Action {
  if (modified) return "none";
  const letter = key.toLowerCase();
  if (letter === "m") return "move";
  if (letter === "z") return "undo";
  return "none";
}
