import { withinTime } from '../../ddd/timing/index.js';
import type { Finding } from './finding.js';

/** For a check without a limit of its own. */
const defaultLimitMs = 10_000;

export interface Check {
  readonly check: Finding['check'];
  readonly run: () => Promise<Finding | readonly Finding[]>;
  readonly limitMs?: number;
}

/**
 * Runs the checks concurrently, each within its limit. One that throws or takes too long becomes a finding of its own,
 * and hides no other.
 */
export async function runChecks(checks: readonly Check[]): Promise<Finding[]> {
  return (await Promise.all(checks.map(runCheck))).flat();
}

async function runCheck({ check, run, limitMs = defaultLimitMs }: Check): Promise<readonly Finding[]> {
  const expired = () => failure(check, `it did not finish within ${limitMs / 1_000} s`);
  try {
    return [await withinTime(limitMs, run(), expired)].flat();
  } catch (error) {
    return [failure(check, `it could not be checked: ${lineOf(error)}`)];
  }
}

const failure = (check: Finding['check'], found: string): Finding => ({ check, status: 'failure', found });

/** Node tries every address of a host name, and then reports only the code. */
function lineOf(error: unknown): string {
  const { message, code = 'unknown', cause } = error as Error & { code?: string };
  const own = (message || code).replaceAll(/\s*\n\s*/g, ' ');
  return cause instanceof Error ? `${own} (${lineOf(cause)})` : own;
}
