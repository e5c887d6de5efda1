/** Distances between points of a line, as far as they follow from those that are stated. Pure. */

export interface Ruler {
  /** States that `end` lies so far behind `start`. */
  state(start: number, end: number, distance: number): void;
  /** How far `end` lies behind `start`; undefined where that doesn't follow. */
  between(start: number, end: number): number | undefined;
}

interface Known {
  root: number;
  /** From the root. */
  distance: number;
}

/** Points with known distances are in one group, whose members know the distance to its root (union–find). */
export function createRuler(): Ruler {
  const nearer = new Map<number, Known>();

  function find(point: number): Known {
    let [root, distance] = [point, 0];
    for (let next = nearer.get(root); next; next = nearer.get(root)) {
      [root, distance] = [next.root, distance + next.distance];
    }
    if (root !== point) nearer.set(point, { root, distance });
    return { root, distance };
  }

  return {
    state(start, end, distance) {
      const [from, to] = [find(start), find(end)];
      // A second statement about the same two points adds nothing, whether or not it agrees.
      if (from.root === to.root) return;
      nearer.set(to.root, { root: from.root, distance: from.distance + distance - to.distance });
    },
    between(start, end) {
      const [from, to] = [find(start), find(end)];
      return from.root === to.root ? to.distance - from.distance : undefined;
    },
  };
}
