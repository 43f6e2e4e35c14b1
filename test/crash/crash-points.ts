import { AsyncLocalStorage } from 'node:async_hooks';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import { SqliteQueryRunner } from '../../src/database/sqlite/sqlite.query-runner.js';
import { OutboxQueue, OutboxRepository } from '../../src/ddd/outbox/index.js';
import { HttpRepository } from '../../src/ddd/repository/index.js';
import { WelcomeMessageRepository } from '../../src/modules/notification/index.js';
import type { CrashOrder, CrashPoint, CrashReport } from './crash-order.js';

type Strike = () => void;
type Proceed = (...args: unknown[]) => Promise<unknown>;
type Advice = (proceed: Proceed, ...args: never[]) => unknown;

/** Executes an order in this process: the real classes run, and the process dies where the order says. */
export function place(order: CrashOrder): void {
  switch (order.kind) {
    case 'none':
      return;
    case 'kill':
      return points[order.point](atPass(order.nth, () => kill()));
    case 'stall':
      return points[order.point](atPass(order.nth, () => stall()));
    case 'poisoned':
      return around(
        WelcomeMessageRepository.Handler,
        'deliver',
        (proceed, payload: { email: string }, ...rest: never[]) => {
          if (payload.email.startsWith('poison')) kill();
          return proceed(payload, ...rest);
        },
      );
    case 'purge':
      around(OutboxQueue, 'purge', (proceed, ...args) => within.run('purge', () => proceed(...args)));
      return aroundStatements((proceed, _runner, sql) => {
        if (within.getStore() === 'purge') beforeSecondWrite(sql);
        return proceed();
      });
    case 'requeue':
      return aroundStatements(async (proceed, _runner, sql) => {
        const isWrite = /^\s*UPDATE outbox_message/.test(sql);
        if (isWrite && order.when === 'before') kill();
        const result = await proceed();
        if (isWrite) kill();
        return result;
      });
  }
}

/** Identifies this process to the notification service, and reports results that were not written to the suite. */
export function observe(sender: string, report: (what: CrashReport) => void): void {
  around(HttpRepository, 'request', (proceed, request: { headers?: object }) =>
    proceed({ ...request, headers: { ...request.headers, 'X-Sender': sender } }),
  );
  around(OutboxQueue, 'settle', async (proceed, message: { id: string }, ...rest: never[]) => {
    try {
      const settled = await proceed(message, ...rest);
      if (settled === false) report({ kind: 'lease lost', key: message.id });
      return settled;
    } catch (error) {
      report({ kind: 'result not written', key: message.id, error: String(error) });
      throw error;
    }
  });
}

const points: Record<CrashPoint, (strike: Strike) => void> = {
  'between the account and its message': (strike) => around(OutboxRepository, 'add', before(strike)),
  'inside the unit': (strike) => around(OutboxRepository, 'add', after(strike)),
  'after commit, before wake': (strike) => {
    const recording = new WeakSet<object>();
    aroundStatements(async (proceed, runner, sql) => {
      const result = await proceed();
      if (/^INSERT INTO "outbox_message"/.test(sql)) recording.add(runner);
      if (sql === 'COMMIT' && recording.delete(runner)) strike();
      return result;
    });
  },
  'after claim': (strike) =>
    around(OutboxQueue, 'claim', async (proceed, ...args) => {
      const claimed = (await proceed(...args)) as unknown[];
      if (claimed.length) strike();
      return claimed;
    }),
  'before send': (strike) => around(WelcomeMessageRepository.Handler, 'deliver', before(strike)),
  'after send, before done': (strike) => around(WelcomeMessageRepository.Handler, 'deliver', after(strike)),
  'inside done': (strike) => beforeCommitOf('delivered', strike),
  'after done': (strike) => afterSettling('delivered', strike),
  'before the failure is recorded': (strike) =>
    around(WelcomeMessageRepository.Handler, 'deliver', (proceed, ...args) =>
      proceed(...args).catch((error: unknown) => {
        strike();
        throw error;
      }),
    ),
  'while the failure is recorded': (strike) => beforeCommitOf('retry', strike),
  'after the failure is recorded': (strike) => afterSettling('retry', strike),
};

const before =
  (strike: Strike): Advice =>
  (proceed, ...args) => {
    strike();
    return proceed(...args);
  };

const after =
  (strike: Strike): Advice =>
  async (proceed, ...args) => {
    const result = await proceed(...args);
    strike();
    return result;
  };

const within = new AsyncLocalStorage<string>();

/** How the statements begin that write each of them. Several are written in one transaction. */
const writesOf: Record<'delivered' | 'retry', RegExp> = {
  delivered: /^\s*UPDATE outbox_message SET state = 'done'/,
  retry: /^\s*UPDATE outbox_message SET state = [$?]/,
};

function beforeCommitOf(outcome: keyof typeof writesOf, strike: Strike): void {
  const writing = new WeakSet<object>();
  aroundStatements((proceed, runner, sql) => {
    if (writesOf[outcome].test(sql)) writing.add(runner);
    if (sql === 'COMMIT' && writing.delete(runner)) strike();
    return proceed();
  });
}

function afterSettling(outcome: string, strike: Strike): void {
  around(OutboxQueue, 'settle', async (proceed, message: unknown, result: { outcome: string }) => {
    const settled = await proceed(message, result);
    if (settled && result.outcome === outcome) strike();
    return settled;
  });
}

/** Kills the process after one write and before the next one, or the commit. */
function beforeSecondWrite(sql: string): void {
  if (/^(DELETE|COMMIT)/.test(sql.trimStart())) writes++;
  if (writes === 2) kill();
}
let writes = 0;

function aroundStatements(
  advice: (proceed: () => Promise<unknown>, runner: object, sql: string) => Promise<unknown>,
): void {
  for (const { prototype } of [SqliteQueryRunner, PostgresQueryRunner]) {
    const original = prototype.query as (...statement: [string, ...unknown[]]) => Promise<unknown>;
    const query = function (this: object, ...statement: [string, ...unknown[]]) {
      return advice(() => original.apply(this, statement), this, statement[0]);
    };
    Object.assign(prototype, { query });
  }
}

function around(owner: { prototype: object; name: string }, name: string, advice: Advice): void {
  const prototype = owner.prototype as Record<string, ((...args: unknown[]) => Promise<unknown>) | undefined>;
  const original = prototype[name];
  if (!original)
    throw new Error(`${owner.name} has no method ${name}: let crash-points.ts follow its new name`);
  prototype[name] = function (this: unknown, ...args: unknown[]) {
    return advice((...given) => original.apply(this, given), ...(args as never[])) as Promise<unknown>;
  };
}

function atPass(nth: number, strike: Strike): Strike {
  let passed = 0;
  return () => {
    if (++passed === nth) strike();
  };
}

/** Ends the process like a power cut: no further code runs. */
function kill(): void {
  process.kill(process.pid, 'SIGKILL');
}

function stall(): void {
  process.send?.({ kind: 'stalling' } satisfies CrashReport);
  process.kill(process.pid, 'SIGSTOP');
}
