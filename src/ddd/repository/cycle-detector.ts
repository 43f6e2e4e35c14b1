/**
 * Notices a list that goes round in circles, however large the circle and however long the way into it, and keeps one
 * value for it (Brent's algorithm).
 */
export class CycleDetector {
  #marked: unknown;
  #visits = 0;
  #nextMark = 1;

  /** @returns whether this value was passed before; true at the latest on the third time round */
  hasSeen(value: unknown): boolean {
    if (this.#visits > 0 && value === this.#marked) return true;
    if (++this.#visits === this.#nextMark) {
      this.#marked = value;
      this.#nextMark *= 2;
    }
    return false;
  }
}
