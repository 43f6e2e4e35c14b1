/**
 * Makes the wall clock of this process wrong, as when someone sets it. Timers and performance.now() go on as before,
 * as they do in the system's own case.
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
