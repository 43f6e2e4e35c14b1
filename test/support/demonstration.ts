import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { Account, Entry } from './ledger.js';

class BusinessRuleError extends Error {}

export interface UnitSpans {
  insertEntry(part: number): Promise<unknown>;
  readBalance(): Promise<number>;
  writeBalance(balance: number): Promise<unknown>;
}

export interface Outcome {
  readonly resolved: number;
  readonly rejectedOnPurpose: number;
  readonly otherErrors: string[];
  /** Units that were reported as committed but do not have both rows. */
  readonly lost: number;
  /** Units that were rejected but left rows. */
  readonly phantom: number;
  readonly balance: number;
  /** Entries of uncommitted units that an outside reader saw. */
  readonly dirtyReads: number;
}

const units = 50;

/**
 * Fifty units of work at once, starts spread over 60 ms: insert a row, wait, read a shared row, wait, increment it,
 * insert another row; every odd one then throws. A reader watches from outside.
 * @param run opens a unit of work and passes its steps
 */
export async function demonstrate(
  dataSource: DataSource,
  run: (unit: number, work: (steps: UnitSpans) => Promise<void>) => Promise<void>,
): Promise<Outcome> {
  await dataSource.getRepository(Account).insert({ id: 1, balance: 0 });
  const seen: number[][] = [];
  const reader = { looking: true };
  const watching = watch(dataSource, reader, seen);
  watching.catch(() => undefined); // It is awaited below; until then a failure must not end the process.
  const results = await Promise.allSettled(
    Array.from({ length: units }, async (_, unit) => {
      await sleep(Math.random() * 60);
      await run(unit, async (steps) => {
        await steps.insertEntry(1);
        await sleep(Math.random() * 3);
        const balance = await steps.readBalance();
        await sleep(Math.random() * 2);
        await steps.writeBalance(balance + 1);
        if (unit % 2) throw new BusinessRuleError();
        await steps.insertEntry(2);
      });
    }),
  );
  reader.looking = false;
  await watching;
  return judge(dataSource, results, seen);
}

/** Repeatedly collects how many entries of each unit are visible from outside. */
async function watch(dataSource: DataSource, reader: { looking: boolean }, seen: number[][]): Promise<void> {
  while (reader.looking) {
    const entries = await dataSource.getRepository(Entry).find();
    seen.push(entries.map(({ unit }) => unit));
    await sleep(1);
  }
}

async function judge(
  dataSource: DataSource,
  results: PromiseSettledResult<void>[],
  seen: number[][],
): Promise<Outcome> {
  const entries = await dataSource.getRepository(Entry).find();
  const rowsOf = (unit: number) => entries.filter((entry) => entry.unit === unit).length;
  const account = await dataSource.getRepository(Account).findOneByOrFail({ id: 1 });
  const rejected = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }): unknown => reason);
  return {
    resolved: results.length - rejected.length,
    rejectedOnPurpose: rejected.filter((reason) => reason instanceof BusinessRuleError).length,
    otherErrors: rejected.filter((reason) => !(reason instanceof BusinessRuleError)).map(String),
    lost: results.filter(({ status }, unit) => status === 'fulfilled' && rowsOf(unit) !== 2).length,
    phantom: results.filter(({ status }, unit) => status === 'rejected' && rowsOf(unit) !== 0).length,
    balance: account.balance,
    // A committed unit shows both of its rows at once: a single one was seen before its commit.
    dirtyReads: seen.filter((view) =>
      view.some((unit) => view.filter((other) => other === unit).length !== 2),
    ).length,
  };
}
