import { setImmediate as afterReading, setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { readWithin } from '../../database/bounded-read.js';
import { readFacts } from '../../database/database-facts.js';
import type { DatabaseFacts } from '../../database/database-facts.js';
import { reportBy } from '../../database/schema/schema-report.js';
import { OutboxQueue } from '../../ddd/outbox/index.js';
import type { OutboxStatus } from '../../ddd/outbox/index.js';
import { Reading } from './reading.js';
import { timedOut, unavailabilityOf } from './unavailability.js';

/** How long a result is reused, so that any number of callers causes no load. */
const freshMs = 1_000;
const schemaFreshMs = 10_000;
/** How long a caller waits: the metrics promise a response within a second. */
const patienceMs = 800;
/** Limits of one inspection; most of the time is for the schema, for which no caller waits. */
const limits = { totalMs: 5_000, statementMs: 500, lockMs: 300 };

interface Inspection {
  readonly startedAt: number;
  /** The value that is being read. */
  step: Reading<unknown>;
  hasResult: boolean;
  /** Resolves once there is a result for the waiting callers. */
  responded: Promise<void>;
}

/**
 * All that health and metrics ask of the database: for every caller by one inspection at a time, on one connection.
 * Callers wait for it for less than a second, and then find what is known.
 */
@Injectable()
export class DatabaseMonitor {
  readonly database = new Reading<DatabaseFacts>();
  readonly outbox = new Reading<OutboxStatus>();
  /** The differences between the database and what the program needs. */
  readonly schema = new Reading<readonly string[]>();
  #inspection: Inspection | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: OutboxQueue,
  ) {}

  /** Updates the readings, as far as the database responds in time. */
  async refresh(): Promise<void> {
    if (!this.#inspection && this.database.triedAgoMs < freshMs) return;
    const inspection = (this.#inspection ??= this.#begin());
    const rest = patienceMs - (performance.now() - inspection.startedAt);
    const expired = new AbortController();
    await Promise.race([inspection.responded, patience(rest, expired.signal)]);
    expired.abort();
    if (!inspection.hasResult && inspection.step !== this.schema) inspection.step.fail(timedOut);
  }

  #begin(): Inspection {
    let respond = () => {};
    const responded = new Promise<void>((resolve) => (respond = resolve));
    const inspection: Inspection = {
      startedAt: performance.now(),
      step: this.database,
      hasResult: false,
      responded,
    };
    void this.#inspect(inspection, () => {
      inspection.hasResult = true;
      respond();
    });
    return inspection;
  }

  /** One table may be locked while the others work, so a failure after the facts is not a failure of the database. */
  async #inspect(inspection: Inspection, respond: () => void): Promise<void> {
    try {
      await readWithin(this.dataSource, limits, async (runner, discard) => {
        const facts = await readFacts(runner);
        this.database.set(facts);
        // Only this session may be read-only, and it would be reused again and again.
        if (facts.readOnly !== undefined) discard();
        inspection.step = this.outbox;
        this.outbox.set(await this.queue.status(runner));
        // Callers wait for the schema only the first time; later it is read in the background.
        if (this.schema.value) respond();
        if (this.schema.triedAgoMs < schemaFreshMs) return;
        inspection.step = this.schema;
        this.schema.set(await schemaProblems(runner));
      });
    } catch (error) {
      inspection.step.fail(unavailabilityOf(error));
    }
    respond();
    this.#inspection = undefined;
  }
}

/** A suspended process runs its timers first when it resumes; it should read what has arrived before it gives up. */
async function patience(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
  await afterReading();
}

async function schemaProblems(runner: QueryRunner): Promise<readonly string[]> {
  const { pending, differences } = await reportBy(runner);
  return [
    ...pending.map((name) => `the migration ${name} has not run`),
    ...differences.map(({ text }) => text),
  ];
}
