/** @param startedAt on the clock of `performance.now()` */
export const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1_000;
