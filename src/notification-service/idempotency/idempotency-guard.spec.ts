/** Real: IdempotencyGuard, its record, the disk. Fake: the send, which counts and is released by the test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DurableFolder } from '../durable-folder.js';
import {
  KeyReusedError,
  MailRefusedError,
  MailUnavailableError,
  MailUnconfirmedError,
  SendInFlightError,
} from '../notification-service.errors.js';
import { KeptFailures } from './kept-failures.js';
import { IdempotencyGuard } from './idempotency-guard.js';
import { IdempotencyStore } from './idempotency-store.js';

/** A send that stays in flight until the test ends it. */
class Gate {
  open!: () => void;
  fail!: (error: Error) => void;
  readonly passed = new Promise<void>((resolve, reject) => {
    this.open = resolve;
    this.fail = reject;
  });
}

let path: string;
let sends: number;
const send = async () => void sends++;

async function startOnce(patienceMs?: number, failures?: KeptFailures): Promise<IdempotencyGuard> {
  return new IdempotencyGuard(new IdempotencyStore(await DurableFolder.open(path)), patienceMs, failures);
}

beforeEach(async () => {
  Logger.overrideLogger(false);
  path = await mkdtemp(join(tmpdir(), 'once-'));
  sends = 0;
});
afterEach(() => rm(path, { recursive: true, force: true }));

describe('IdempotencyGuard.run', () => {
  it('sends once for a key, and again for another', async () => {
    const once = await startOnce();
    await once.run('a', ['x'], send);
    await once.run('a', ['x'], send);
    await once.run('b', ['x'], send);
    expect(sends).toBe(2);
  });

  it('knows the key after a restart', async () => {
    await (await startOnce()).run('a', ['x'], send);
    await (await startOnce()).run('a', ['x'], send);
    expect(sends).toBe(1);
  });

  it('lets a repeated request share the send in flight, even when it fails', async () => {
    const once = await startOnce();
    const gate = new Gate();
    const held = () => {
      sends++;
      return gate.passed;
    };
    const outcomes = Promise.allSettled([once.run('a', ['x'], held), once.run('a', ['x'], held)]);
    gate.passed.catch(() => undefined);
    gate.fail(new MailUnavailableError('test'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(sends).toBe(1);
  });

  it('forgets a failed send, so that the next request sends', async () => {
    const once = await startOnce();
    const failing = () => Promise.reject(new MailUnavailableError('test'));
    await expect(once.run('a', ['x'], failing)).rejects.toThrow(MailUnavailableError);
    await once.run('a', ['x'], send);
    expect(sends).toBe(1);
  });

  it('refuses a key for other content, sent or in flight', async () => {
    const once = await startOnce();
    const gate = new Gate();
    const first = once.run('a', ['x'], () => gate.passed);
    await expect(once.run('a', ['y'], send)).rejects.toThrow(KeyReusedError);
    gate.open();
    await first;
    await expect(once.run('a', ['y'], send)).rejects.toThrow(KeyReusedError);
    expect(sends).toBe(0);
  });

  it('reports success when only the record fails, because the mail has been sent', async () => {
    const once = await startOnce();
    const breakDisk = async () => {
      await send();
      await rm(path, { recursive: true });
    };
    await expect(once.run('a', ['x'], breakDisk)).resolves.toBeUndefined();
    expect(sends).toBe(1);
  });

  it('rejects requests while 500 sends are in flight', async () => {
    // None of them gives up before the test opens the gate.
    const once = await startOnce(60_000);
    const gate = new Gate();
    const held = Array.from({ length: 500 }, (_, index) => once.run(`k${index}`, ['x'], () => gate.passed));
    await expect(once.run('late', ['x'], send)).rejects.toThrow(MailUnavailableError);
    gate.open();
    await Promise.all(held);
    await once.run('late', ['x'], send);
    expect(sends).toBe(1);
  });

  it('responds to a caller that would wait too long, and keeps the failure for the next one', async () => {
    const once = await startOnce(1);
    const gate = new Gate();
    const refused = gate.passed.then(() => Promise.reject(new MailRefusedError(550)));
    refused.catch(() => undefined);
    await expect(once.run('a', ['x'], () => refused)).rejects.toThrow(SendInFlightError);
    gate.open();
    await expect(refused).rejects.toThrow(MailRefusedError);
    await once.beforeApplicationShutdown();
    await expect(once.run('a', ['x'], send)).rejects.toThrow(MailRefusedError);
    const again = once.run('a', ['x'], send).catch(() => undefined);
    await once.beforeApplicationShutdown();
    await again;
    expect(sends).toBe(1);
  });

  it('repeats a send that was never confirmed only after a delay', async () => {
    let now = 0;
    const once = await startOnce(undefined, new KeptFailures(() => now));
    const unconfirmed = () => Promise.reject(new MailUnconfirmedError('ETIMEDOUT', 1_800));
    await expect(once.run('a', ['x'], unconfirmed)).rejects.toThrow(MailUnconfirmedError);
    now = 1_000_000;
    await expect(once.run('a', ['x'], send)).rejects.toMatchObject({ retryAfterSeconds: 800 });
    expect(sends).toBe(0);
    now = 1_800_001;
    await once.run('a', ['x'], send);
    expect(sends).toBe(1);
  });
});

describe('IdempotencyGuard.withdraw', () => {
  it('has a key send nothing from then on, also after a restart', async () => {
    await (await startOnce()).withdraw('a');
    await expect((await startOnce()).run('a', ['x'], send)).rejects.toThrow(KeyReusedError);
    expect(sends).toBe(0);
  });

  it('waits for a send in flight, and refuses a request that comes meanwhile', async () => {
    const once = await startOnce();
    const gate = new Gate();
    const sending = once.run('a', ['x'], () => gate.passed);
    let isWithdrawn = false;
    const withdrawing = once.withdraw('a').then(() => (isWithdrawn = true));
    await once.run('b', ['x'], send);
    expect(isWithdrawn).toBe(false);
    gate.fail(new MailRefusedError());
    await expect(sending).rejects.toThrow(MailRefusedError);
    await withdrawing;
    await expect(once.run('a', ['x'], send)).rejects.toThrow(KeyReusedError);
  });

  it('leaves a key as it is that has been sent', async () => {
    const once = await startOnce();
    await once.run('a', ['x'], send);
    await once.withdraw('a');
    await once.run('a', ['x'], send);
    expect(sends).toBe(1);
  });
});
