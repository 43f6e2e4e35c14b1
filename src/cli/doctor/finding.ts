/** One checked item, and what to do about it. */
export interface Finding {
  readonly check:
    | 'configuration'
    | 'database'
    | 'durability'
    | 'writes'
    | 'encoding'
    | 'schema'
    | 'accounts'
    | 'guesses'
    | 'idempotency'
    | 'indexes'
    | 'messages'
    | 'keys'
    | 'clock'
    | 'disk'
    | 'mail'
    | `${string} service`
    | 'password hash';
  /** A warning has an occasional cost; a failure breaks a promise of the service. */
  readonly status: 'ok' | 'warning' | 'failure';
  readonly found: string;
  /** The remedy; absent when there is nothing to do. */
  readonly remedy?: string;
}

export const exitCodes = { ok: 0, warning: 1, failure: 2 } as const;

/** The code of the worst finding: 0 all is well, 1 warnings, 2 failures. */
export const exitCodeOf = (findings: readonly Finding[]): number =>
  Math.max(0, ...findings.map(({ status }) => exitCodes[status]));

/** For people: one line each, with the remedy below. */
export function reportOf(findings: readonly Finding[]): string {
  const lines = findings.map(({ check, status, found, remedy }) => {
    const line = `${status.padEnd(7)}  ${check}: ${found}`;
    return remedy ? `${line}\n         -> ${remedy}` : line;
  });
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  return [...lines, '', `${count('failure')} failures, ${count('warning')} warnings`].join('\n');
}
