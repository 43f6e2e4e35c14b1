/** Detects a cycle in a sequence, whatever its length and lead-in, and stores only one value (Brent's algorithm). */
export class CycleDetector {
  #marked: unknown;
  #visits = 0;
  #nextMark = 1;

  /** @returns whether this value was seen before; true at the latest in the third cycle */
  hasSeen(value: unknown): boolean {
    if (this.#visits > 0 && value === this.#marked) return true;
    if (++this.#visits === this.#nextMark) {
      this.#marked = value;
      this.#nextMark *= 2;
    }
    return false;
  }
}
