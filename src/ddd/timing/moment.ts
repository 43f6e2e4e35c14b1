/** Epoch milliseconds as ISO 8601 in UTC, as people and machines read it. */
export function moment(epochMs: number): string;
export function moment(epochMs: number | null): string | null;
export function moment(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
