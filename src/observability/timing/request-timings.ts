interface Timing {
  duration: number;
  count: number;
}

/** The time that one request spent, by kind of operation. Milliseconds. */
export class RequestTimings {
  readonly #byKind = new Map<string, Timing>();

  constructor(private readonly startedAt: number) {}

  add(kind: string, duration: number): void {
    const timing = this.#byKind.get(kind) ?? { duration: 0, count: 0 };
    timing.duration += duration;
    timing.count++;
    this.#byKind.set(kind, timing);
  }

  /** In the format of the Server-Timing header (https://www.w3.org/TR/server-timing/). */
  toString(): string {
    const parts = [...this.#byKind].map(([kind, { duration, count }]) =>
      count > 1 ? `${part(kind, duration)};desc="${count} times"` : part(kind, duration),
    );
    return [...parts, part('total', performance.now() - this.startedAt)].join(', ');
  }
}

const part = (kind: string, duration: number) => `${kind};dur=${duration.toFixed(2)}`;
