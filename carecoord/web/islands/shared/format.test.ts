import { describe, expect, it } from "vitest";
import { count, duration, euros } from "./format";

describe("French display", () => {
  it("groups thousands with narrow no-break spaces", () => {
    expect(euros(123_456_00)).toBe("123\u202f456\u202f€");
    expect(count(2050)).toBe("2\u202f050");
  });

  it("writes a negative amount with a real minus sign, and never minus zero", () => {
    expect(euros(-1200)).toBe("−12\u202f€");
    expect(euros(-20)).toBe("0\u202f€");
  });

  it("chooses the units of a duration by its length", () => {
    expect(duration(45)).toBe("45\u202fs");
    expect(duration(125)).toBe("2\u202fmin\u202f05\u202fs");
    expect(duration(180)).toBe("3\u202fmin");
    expect(duration(3840)).toBe("1\u202fh\u202f04\u202fmin");
  });
});
