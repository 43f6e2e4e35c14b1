interface Timing {
  duration: number;
  count: number;
}

/** Where the time of one request went, by kind of step. Milliseconds. */
export class RequestTimings {
  readonly #byKind = new Map<string, Timing>();

  constructor(private readonly startedAt: number) {}

  add(kind: string, duration: number): void {
    const timing = this.#byKind.get(kind) ?? { duration: 0, count: 0 };
    timing.duration += duration;
    timing.count++;
    this.#byKind.set(kind, timing);
  }

  /** As the Server-Timing header has it (https://www.w3.org/TR/server-timing/). */
  toString(): string {
    const parts = [...this.#byKind].map(([kind, { duration, count }]) =>
      count > 1 ? `${part(kind, duration)};desc="${count} times"` : part(kind, duration),
    );
    return [...parts, part('total', performance.now() - this.startedAt)].join(', ');
  }
}

const part = (kind: string, duration: number) => `${kind};dur=${duration.toFixed(2)}`;
