import { none, type Stat } from '../crash/stat.js';
import type { People } from './people.js';
import type { Size, Usage } from './usage.js';

/** What a run left behind. */
export interface Traces {
  readonly people: People;
  /** Addresses in the database, when nothing was left to deliver. */
  readonly emails: readonly string[];
  readonly messagesWithoutAccount: readonly string[];
  /** Recipients of the mails. */
  readonly mailed: readonly string[];
  /** How often each was restarted. */
  readonly restarts: ReadonlyMap<string, number>;
  readonly usage: Usage;
  readonly notStoppedWell: readonly string[];
}

export function audit(traces: Traces): Stat[] {
  const { people, emails, mailed, restarts, usage } = traces;
  const { samples, sizes } = usage;
  const known = new Set(emails);
  const received = new Set(mailed);
  return [
    ...[...restarts].map(([what, value]) => ({ name: `restarts: ${what}`, value })),
    ...[...people.statuses].sort().map(([status, value]) => ({ name: `answers: ${status}`, value })),
    none('unexpected answers', people.unexpected),
    { name: 'accounts', value: emails.length },
    none(
      'acknowledged and lost',
      people.acknowledged.filter((email) => !known.has(email)),
    ),
    none('messages without account', traces.messagesWithoutAccount),
    none(
      'accounts without mail',
      emails.filter((email) => !received.has(email)),
    ),
    none(
      'mails without account',
      mailed.filter((email) => !known.has(email)),
    ),
    // A process that is killed between the mail server's reply and its own record sends the mail again.
    { name: 'mails repeated after a kill', value: mailed.length - received.size },
    none('programs that did not stop well', traces.notStoppedWell),
    growth(
      'memory of the steady process, MiB',
      samples.map(({ memoryMib }) => memoryMib),
      8,
    ),
    growth(
      'handles of the steady process',
      samples.map(({ handles }) => handles),
      8,
    ),
    rate('database', sizes.database),
    rate('record of sent mails', sizes['record of sent mails']),
  ];
}

/** A tenth, and a slack for small values, beyond the peak of the middle third: it begins when everything is loaded. */
function growth(what: string, values: readonly number[], slack: number): Stat {
  const third = Math.floor(values.length / 3);
  const peak = Math.max(...values.slice(third, 2 * third));
  const last = median(values.slice(2 * third));
  const isGrowing = !(last <= peak * 1.1 + slack);
  return {
    name: what,
    value: `${peak.toFixed(0)} then ${last.toFixed(0)}`,
    ...(isGrowing && { expected: `at most ${(peak * 1.1 + slack).toFixed(0)}` }),
  };
}

/** Of tables and files that are created late. */
const slackBytes = { database: 2 * 2 ** 20, 'record of sent mails': 128 * 2 ** 10 };

/** What an account costs may not grow with their number: in the second half, at most half as much again. */
function rate(what: keyof typeof slackBytes, sizes: readonly Size[]): Stat {
  const [first, middle, last] = [sizes[0]!, sizes[sizes.length >> 1]!, sizes.at(-1)!];
  const costOf = (from: Size, to: Size) => (to.bytes - from.bytes) / Math.max(1, to.accounts - from.accounts);
  const [early, late] = [costOf(first, middle), costOf(middle, last)];
  const max = 1.5 * Math.max(early, 0) + slackBytes[what] / Math.max(1, last.accounts - middle.accounts);
  return {
    name: `${what}, bytes for an account`,
    value: `${early.toFixed(0)} then ${late.toFixed(0)}`,
    ...(late > max && { expected: `at most ${max.toFixed(0)}` }),
  };
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
