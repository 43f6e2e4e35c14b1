/**
 * State that changes while a request computes a hash.
 * Real: the app, the databases, Argon2id (with little memory). Fake: the first hash of each kind stands still until the
 * test lets it go on.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Passwords } from '../../src/modules/user/index.js';
import { databaseKinds } from '../support/databases.js';
import { Gate } from '../support/gate.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

/** Holds the result of the next hash on request. */
class HeldPasswords extends Passwords {
  private hold?: { readonly what: 'verify' | 'rehash'; readonly reached: Gate; readonly proceed: Gate };

  holdNext(what: 'verify' | 'rehash'): { readonly reached: Promise<void>; proceed(): void } {
    const [reached, proceed] = [new Gate(), new Gate()];
    this.hold = { what, reached, proceed };
    return { reached: reached.passed, proceed: proceed.open };
  }

  override needsRehash(): boolean {
    return this.hold?.what === 'rehash';
  }

  override async hash(plain: string): Promise<string> {
    const hash = await super.hash(plain);
    await this.stop('rehash');
    return hash;
  }

  override async verify(plain: string, stored: string): Promise<boolean> {
    const isRight = await super.verify(plain, stored);
    await this.stop('verify');
    return isRight;
  }

  private async stop(what: 'verify' | 'rehash'): Promise<void> {
    if (this.hold?.what !== what) return;
    const { reached, proceed } = this.hold;
    delete this.hold;
    reached.open();
    await proceed.passed;
  }
}

const credentials = { email: 'john@example.com', password: '123456' };

describe.each(databaseKinds)('A request that hashes on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let app: TestApp;
  let passwords: HeldPasswords;

  beforeEach(async () => {
    app = await createTestApp({
      database: database.url,
      override: (module) => module.overrideProvider(Passwords).useClass(HeldPasswords),
    });
    passwords = app.get(Passwords) as HeldPasswords;
    await app.post('/user/', { ...credentials, name: 'John', surname: 'Doe' });
    await app.post('/user/activate/', credentials);
  });
  afterEach(() => app.close());

  const status = async (path: string) => (await app.post(path, credentials)).status;

  it.each(['verify', 'rehash'] as const)(
    'does not sign in to an account that was deactivated during its %s',
    async (what) => {
      const { reached, proceed } = passwords.holdNext(what);
      const signingIn = app.post('/user/signin/', credentials);
      await reached;
      expect(await status('/user/deactivate/')).toBe(200);
      proceed();
      const response = await signingIn;
      expect(response.status).toBe(400);
      expect(response.text).not.toContain('"active":true');
    },
  );

  it('signs in to an account that was activated meanwhile', async () => {
    await app.post('/user/deactivate/', credentials);
    const { reached, proceed } = passwords.holdNext('verify');
    const signingIn = app.post('/user/signin/', credentials);
    await reached;
    expect(await status('/user/activate/')).toBe(200);
    proceed();
    expect(JSON.parse((await signingIn).text)).toMatchObject({ active: true });
  });

  it('answers 404 for an account that was deleted meanwhile', async () => {
    const { reached, proceed } = passwords.holdNext('verify');
    const signingIn = app.post('/user/signin/', credentials);
    await reached;
    await app.get(DataSource).query('DELETE FROM "user"');
    proceed();
    expect((await signingIn).status).toBe(404);
  });

  it.each([
    ['/user/activate/', '/user/deactivate/', 200],
    ['/user/deactivate/', '/user/activate/', 400],
  ])('of %s and %s, leaves the state of the one whose response came last', async (held, other, after) => {
    const { reached, proceed } = passwords.holdNext('verify');
    const waiting = app.post(held, credentials);
    await reached;
    expect(await status(other)).toBe(200);
    proceed();
    expect((await waiting).status).toBe(200);
    expect(await status('/user/signin/')).toBe(after);
  });
});
