import { describe, expect, it } from "vitest";
import { chartOf, isOver, nextDelay, type RunStatus, stepFor } from "./model";

const BOX = { width: 508, height: 220, left: 100, bottom: 10, top: 10 };

function run(improvements: RunStatus["improvements"], elapsed_s: number): RunStatus {
  return { state: "running", message: "", elapsed_s, budget_s: 180, progress: 0.5, improvements };
}

describe("cost over time", () => {
  it("holds each cost until the next improvement", () => {
    const status = run(
      [
        { at_s: 0, cost_cents: 20_000, unserved: 3 },
        { at_s: 50, cost_cents: 10_000, unserved: 0 },
      ],
      100,
    );

    const chart = chartOf(status, BOX);

    // x = 100 + s/100*400; y = 10 at the highest cost, 210 at the lowest
    expect(chart.points).toBe("100,10 300,10 300,210 500,210");
    expect(chart.last).toEqual([500, 210]);
    expect(chart.costs.map((tick) => tick.label)).toEqual(["100\u202f€", "150\u202f€", "200\u202f€"]);
    expect(chart.times.at(-1)).toEqual({ at: 500, label: "100\u202fs" });
  });

  it("draws nothing before the first plan, and survives a single one", () => {
    expect(chartOf(run([], 5), BOX).points).toBe("");
    expect(chartOf(run([{ at_s: 2, cost_cents: 500, unserved: 0 }], 4), BOX).points).toBe("300,210 500,210");
  });

  it("chooses round steps", () => {
    expect(stepFor(100, 4)).toBe(50);
    expect(stepFor(100, 6)).toBe(20);
    expect(stepFor(8, 4)).toBe(2);
  });
});

describe("asking the server", () => {
  it("waits longer while the server is silent, at most 15 s", () => {
    expect([0, 1, 2, 9].map(nextDelay)).toEqual([1000, 2000, 4000, 15_000]);
  });

  it("stops once the run is over", () => {
    expect(isOver("running")).toBe(false);
    expect(isOver("stopping")).toBe(false);
    expect(isOver("stopped")).toBe(true);
    expect(isOver("failed")).toBe(true);
  });
});
