/**
 * Shifts the wall clock of this process, as if someone had set it. Timers and performance.now() are not affected,
 * as when the system clock is set.
 */
export function shiftClock(milliseconds: number): void {
  const now = () => RealDate.now() + milliseconds;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given: ConstructorParameters<DateConstructor>) =>
      given.length ? new target(...given) : new target(now()),
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
}

const RealDate = Date;
