/** A plan being computed: what the server answers, and its picture. Pure. */
import { euros } from "../shared/format";

export type RunState = "queued" | "running" | "stopping" | "done" | "stopped" | "failed";

/** One improvement: seconds since the start, best cost in cents, visits left out. */
export interface Improvement {
  readonly at_s: number;
  readonly cost_cents: number;
  readonly unserved: number;
}

/** `message` is a French sentence; `progress` goes from 0 to 1, or is unknown. */
export interface RunStatus {
  readonly state: RunState;
  readonly message: string;
  readonly elapsed_s: number;
  readonly budget_s: number;
  readonly progress: number | null;
  readonly improvements: readonly Improvement[];
  /** Where the first legal plan can be looked at, once there is one. */
  readonly draft_href?: string | null;
}

export interface Box {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly bottom: number;
  readonly top: number;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Chart {
  readonly points: string;
  readonly last: readonly [number, number] | null;
  readonly costs: readonly Tick[];
  readonly times: readonly Tick[];
}

const POLL_MS = 1000;
const POLL_MAX_MS = 15_000;

/** Whether the run will not change any more. */
export function isOver(state: RunState): boolean {
  return state === "done" || state === "stopped" || state === "failed";
}

/** Delay before asking again, in ms: one second, longer and longer while the server is silent. */
export function nextDelay(failures: number): number {
  return Math.min(POLL_MAX_MS, POLL_MS * 2 ** failures);
}

/** A round step (1, 2 or 5 times a power of ten) giving at most `most` intervals. */
export function stepFor(range: number, most: number): number {
  const rough = Math.max(range, Number.EPSILON) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10;
  return step * power;
}

function ticks(low: number, high: number, most: number): number[] {
  const step = stepFor(high - low, most);
  const found: number[] = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-6; value += step) found.push(value);
  return found;
}

/**
 * Best cost over time as a staircase: it holds until the next improvement.
 *
 * The cost axis does not start at zero (costs differ by little near the end); its labels say so.
 */
export function chartOf(status: RunStatus, box: Box): Chart {
  const found = status.improvements;
  const first = found[0];
  const last = found.at(-1);
  if (first === undefined || last === undefined) return { points: "", last: null, costs: [], times: [] };
  const costs = found.map((item) => item.cost_cents);
  const low = Math.min(...costs);
  const high = Math.max(...costs, low + 100);
  const end = Math.max(status.elapsed_s, last.at_s, 1);
  const x = (second: number): number => Math.round(box.left + (second / end) * (box.width - box.left - 8));
  const depth = box.height - box.bottom - box.top;
  const y = (cost: number): number => Math.round(box.top + ((high - cost) / (high - low)) * depth);
  const corners = [`${x(first.at_s)},${y(first.cost_cents)}`];
  found.slice(1).forEach((item, index) => {
    corners.push(`${x(item.at_s)},${y(found[index]?.cost_cents ?? item.cost_cents)}`);
    corners.push(`${x(item.at_s)},${y(item.cost_cents)}`);
  });
  corners.push(`${x(end)},${y(last.cost_cents)}`);
  return {
    points: corners.join(" "),
    last: [x(end), y(last.cost_cents)],
    costs: ticks(low, high, 4).map((cost) => ({ at: y(cost), label: euros(cost) })),
    times: ticks(0, end, box.width < 480 ? 3 : 6).map((second) => ({ at: x(second), label: `${Math.round(second)}\u202fs` })),
  };
}
