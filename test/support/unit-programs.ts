import fc from 'fast-check';
import type { EntityManager } from 'typeorm';
import type { OpenUnit } from '../../src/ddd/worker/index.js';
import type { DatabaseKind } from './databases.js';
import { Account } from './ledger.js';
import type { LedgerWorker } from './ledger.js';
import { refusedTexts } from './statements.js';

/** What the callback of a unit of work does, one after another. */
export type Step =
  /** Inserts a row of its own; `floating` does not await it. */
  | { readonly kind: 'insert' | 'joined-insert' | 'floating-insert' }
  /** Reads the shared row and writes it back raised by one. */
  | { readonly kind: 'raise' }
  | {
      readonly kind: 'insert-taken' | 'throw' | 'refused' | 'lose';
      readonly caught: boolean;
      readonly text: string;
    }
  | { readonly kind: 'never-return' | 'endless-statement' }
  | { readonly kind: 'nested'; readonly steps: readonly Step[]; readonly caught: boolean }
  | {
      readonly kind: 'nested-by-hand';
      readonly steps: readonly Step[];
      readonly end: 'commit' | 'rollback' | 'none';
    }
  | { readonly kind: 'side-by-side'; readonly branches: readonly (readonly Step[])[] };

export interface UnitProgram {
  readonly steps: readonly Step[];
  readonly readOnly: boolean;
}

/** Up to four concurrent units. */
export function unitPrograms(kind: DatabaseKind): fc.Arbitrary<readonly UnitProgram[]> {
  const text = fc.constantFrom(...refusedTexts[kind]);
  const caught = fc.boolean();
  const { steps } = fc.letrec<{ step: Step; steps: readonly Step[] }>((tie) => ({
    steps: fc.array(tie('step'), { maxLength: 5, depthIdentifier: 'nesting' }),
    step: fc.oneof(
      { depthIdentifier: 'nesting', maxDepth: 3, withCrossShrink: true },
      {
        weight: 8,
        arbitrary: fc.record({
          kind: fc.constantFrom('insert', 'insert', 'insert', 'joined-insert', 'floating-insert', 'raise'),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constantFrom('insert-taken', 'insert-taken', 'throw', 'throw', 'refused', 'lose'),
          caught,
          text,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constantFrom('never-return', 'never-return', 'endless-statement'),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('nested' as const), steps: tie('steps'), caught }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('nested-by-hand' as const),
          steps: tie('steps'),
          end: fc.constantFrom('commit' as const, 'commit' as const, 'rollback' as const, 'none' as const),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('side-by-side' as const),
          branches: fc.array(tie('steps'), { minLength: 2, maxLength: 3 }),
        }),
      },
    ),
  }));
  const readOnly = fc.integer({ min: 0, max: 9 }).map((number) => number === 0);
  return fc.array(fc.record({ steps, readOnly }), { minLength: 1, maxLength: 4 });
}

/** The writes that a program was acknowledged, if its unit is committed. */
export interface Written {
  readonly ids: number[];
  raised: number;
}

export const nothingWritten = (): Written => ({ ids: [], raised: 0 });

const endless: Record<DatabaseKind, string> = {
  sqlite: 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n',
  postgres: 'SELECT pg_sleep(60)',
};
const lost: Record<DatabaseKind, string> = {
  // No connection to lose: SQLite ends the transaction by itself instead.
  sqlite: 'INSERT OR ROLLBACK INTO account (id, balance) VALUES (1, 0)',
  postgres: 'SELECT pg_terminate_backend(pg_backend_pid())',
};

let newest = 1_000;

/** Does what a program says inside its unit. */
export class UnitInterpreter {
  constructor(
    private readonly kind: DatabaseKind,
    private readonly worker: LedgerWorker,
    private readonly unit: OpenUnit,
  ) {}

  async run(steps: readonly Step[], manager: EntityManager, written: Written): Promise<void> {
    for (const step of steps) await this.#do(step, manager, written);
  }

  async #do(step: Step, manager: EntityManager, written: Written): Promise<void> {
    switch (step.kind) {
      case 'insert':
        return this.#insert(manager, written);
      case 'floating-insert':
        return void this.#insert(manager, written).catch(() => undefined);
      case 'joined-insert':
        return this.worker.join(this.unit, async ({ account }) => {
          const { id } = await account.create({ id: ++newest, balance: 0 });
          written.ids.push(id);
        });
      case 'raise': {
        const { balance } = await manager.findOneByOrFail(Account, { id: 1 });
        await manager.update(Account, { id: 1 }, { balance: balance + 1 });
        written.raised++;
        return;
      }
      case 'insert-taken':
        return perhapsCaught(step, () => manager.insert(Account, { id: 1, balance: 0 }));
      case 'throw':
        return perhapsCaught(step, () => Promise.reject(new Error('rule')));
      case 'refused':
        return perhapsCaught(step, () => manager.query(step.text));
      case 'lose':
        return perhapsCaught(step, () => manager.query(lost[this.kind]));
      case 'never-return':
        return new Promise(() => undefined);
      case 'endless-statement':
        await manager.query(endless[this.kind]);
        return;
      case 'nested':
        return perhapsCaught(step, () => this.#nest(step.steps, manager, written));
      case 'nested-by-hand':
        return this.#nestManually(step, manager, written);
      case 'side-by-side': {
        await Promise.allSettled(step.branches.map((branch) => this.#nest(branch, manager, written)));
        return;
      }
    }
  }

  async #insert(manager: EntityManager, written: Written): Promise<void> {
    const id = ++newest;
    await manager.insert(Account, { id, balance: 0 });
    written.ids.push(id);
  }

  async #nest(steps: readonly Step[], manager: EntityManager, written: Written): Promise<void> {
    const own = nothingWritten();
    await manager.transaction((nested) => this.run(steps, nested, own));
    keep(own, written);
  }

  async #nestManually(
    { steps, end }: Extract<Step, { kind: 'nested-by-hand' }>,
    manager: EntityManager,
    written: Written,
  ): Promise<void> {
    const runner = manager.queryRunner!;
    const own = nothingWritten();
    await runner.startTransaction();
    try {
      await this.run(steps, manager, own);
      if (end === 'rollback') throw new Error('rule');
      if (end === 'commit') await runner.commitTransaction();
      keep(own, written);
    } catch {
      await runner.rollbackTransaction();
    }
  }
}

function keep(own: Written, written: Written): void {
  written.ids.push(...own.ids);
  written.raised += own.raised;
}

async function perhapsCaught(
  { caught }: { readonly caught: boolean },
  work: () => Promise<unknown>,
): Promise<void> {
  await (caught ? work().catch(() => undefined) : work());
}
