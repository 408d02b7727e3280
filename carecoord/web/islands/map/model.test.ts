import { describe, expect, it } from "vitest";
import { boundsOf, lineOf, ranks, readMap } from "./model";

const DATA = {
  rounds: [
    {
      name: "Amina B.",
      stops: [
        { lat: 48.69, lon: 2.5, mark: "1", label: "8 h 00, Mme Roy", kind: "help" },
        { lat: 48.7, lon: 2.52, mark: "2", label: "9 h 20, M. Colin", kind: "meal", href: "/visites/2" },
        { lat: null, lon: 2.5, mark: "3", label: "adresse inconnue" },
      ],
    },
  ],
  communes: [{ name: "Brunoy", lat: 48.6956, lon: 2.5045 }],
};

describe("map data", () => {
  it("leaves out stops with no position", () => {
    const map = readMap(JSON.stringify(DATA));
    expect(map.rounds[0]?.stops.map((stop) => stop.mark)).toEqual(["1", "2"]);
    expect(map.rounds[0]?.stops[1]?.href).toBe("/visites/2");
  });

  it("takes an unknown kind for help", () => {
    const map = readMap(JSON.stringify({ rounds: [{ stops: [{ lat: 1, lon: 2, kind: "?" }] }] }));
    expect(map.rounds[0]?.stops[0]?.kind).toBe("help");
  });

  it("fits the stops, or the communes when there are no stops", () => {
    expect(boundsOf(readMap(JSON.stringify(DATA)))).toEqual([
      [48.69, 2.5],
      [48.7, 2.52],
    ]);
    expect(boundsOf(readMap(JSON.stringify({ communes: DATA.communes })))).toEqual([
      [48.6956, 2.5045],
      [48.6956, 2.5045],
    ]);
    expect(boundsOf(readMap("{}"))).toBeNull();
  });

  it("joins stops by straight lines unless the roads are known", () => {
    const map = readMap(JSON.stringify(DATA));
    expect(lineOf(map.rounds[0]!)).toEqual([
      [48.69, 2.5],
      [48.7, 2.52],
    ]);
    const roads = readMap(JSON.stringify({ rounds: [{ stops: [], path: [[1, 2], [3, 4], ["x", 5]] }] }));
    expect(lineOf(roads.rounds[0]!)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("ranks the stops of one building, so that they are drawn side by side", () => {
    const at = (lat: number) => ({ lat, lon: 2.5, mark: "1", label: "", kind: "help", href: null }) as const;
    expect(ranks([at(48.7), at(48.8), at(48.7), at(48.7)])).toEqual([0, 0, 1, 2]);
  });
});
