import { describe, expect, it } from "vitest";
import { actionFor, type Place, reach } from "./model";

const place = (row: number, startMin: number, endMin: number): Place => ({ row, startMin, endMin });

// Row 0: 8:00-9:00, 10:00-11:00. Row 1: nobody. Row 2: 7:00-7:30, 9:15-10:30, 14:00-15:00.
const PLACES = [
  place(0, 480, 540),
  place(0, 600, 660),
  place(2, 420, 450),
  place(2, 555, 630),
  place(2, 840, 900),
];

describe("moving over the board", () => {
  it("goes left and right along one person's day, and stays at its ends", () => {
    expect(reach(PLACES, 0, "ArrowRight")).toBe(1);
    expect(reach(PLACES, 1, "ArrowLeft")).toBe(0);
    expect(reach(PLACES, 1, "ArrowRight")).toBe(1);
    expect(reach(PLACES, 2, "ArrowLeft")).toBe(2);
  });

  it("goes down to the nearest visit in time, past people with none", () => {
    expect(reach(PLACES, 0, "ArrowDown")).toBe(3); // 9:00 -> 9:15 is 15 min away, 7:30 -> 8:00 is 30
    expect(reach(PLACES, 1, "ArrowDown")).toBe(3); // overlaps
  });

  it("goes up, and stays on the first and last rows", () => {
    expect(reach(PLACES, 4, "ArrowUp")).toBe(1);
    expect(reach(PLACES, 0, "ArrowUp")).toBe(0);
    expect(reach(PLACES, 4, "ArrowDown")).toBe(4);
  });

  it("reaches the ends of a day with Home and End", () => {
    expect(reach(PLACES, 3, "Home")).toBe(2);
    expect(reach(PLACES, 3, "End")).toBe(4);
  });

  it("leaves other keys alone", () => {
    expect(reach(PLACES, 0, "Tab")).toBeNull();
    expect(reach([], 0, "ArrowRight")).toBe(0);
  });
});

describe("letters", () => {
  it("moves with M and undoes with Z, unless the browser's own shortcut is meant", () => {
    expect(actionFor("m", false)).toBe("move");
    expect(actionFor("Z", false)).toBe("undo");
    expect(actionFor("z", true)).toBe("none");
    expect(actionFor("x", false)).toBe("none");
  });
});
