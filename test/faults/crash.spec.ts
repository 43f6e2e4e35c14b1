// Real: compiled programs as processes that are killed, SQLite and PostgreSQL. Fake: the notification service, which
// fails
// by plan. `npm run test:crash` is the long form.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseKinds } from '../support/databases.js';
import { programPath } from '../support/program.js';
import { useDatabase } from '../support/use-database.js';
import { audit } from '../crash/audit.js';
import { runCrashes } from '../crash/crash-run.js';
import type { Evidence } from '../crash/evidence.js';
import { isViolation } from '../crash/stat.js';
import { table } from '../crash/table.js';

const processes = { sqlite: 1, postgres: 3 };
/** Each named point once, and one at a random moment. */
const kills = 14;

const faults = (evidence: Evidence) =>
  audit(evidence)
    .filter(isViolation)
    .map(({ name }) => name);

describe.each(databaseKinds)('The promise of mails under kill -9, %s', (kind) => {
  const database = useDatabase(kind);
  let folder: string;
  let evidence: Evidence;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'accounts-crash-'));
    evidence = await runCrashes({
      kills,
      folder,
      databaseUrl: database.url,
      processes: processes[kind],
      program: programPath('test/crash/crashing-program.js'),
      poisonedLives: 2,
      seed: 1,
    });
  }, 600_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is kept: nothing is lost, and every repeat has the same key and a known cause', () => {
    const stats = audit(evidence);
    if (stats.some(isViolation)) throw new Error(`\n${table(stats)}`);
  });

  describe('would be reported as broken', () => {
    const [first] = [0];
    const welcomes = () => evidence.tables.messages.filter(({ topic }) => topic === 'notification.welcome');
    const withMessages = (messages: Evidence['tables']['messages']): Evidence => ({
      ...evidence,
      tables: { ...evidence.tables, messages },
    });

    it('by an account without its message', () => {
      const broken = withMessages(
        evidence.tables.messages.filter((message) => message !== welcomes()[first]),
      );
      expect(faults(broken)).toEqual(
        expect.arrayContaining(['accounts without a message', 'attempts of no message']),
      );
    });

    it('by a message without an account', () => {
      const stray = { ...welcomes()[first]!, id: 'stray' };
      expect(faults(withMessages([...evidence.tables.messages, stray]))).toEqual(
        expect.arrayContaining(['messages without an account', 'marked delivered, never accepted']),
      );
    });

    it('by a requested mail that is missing, and its token without it', () => {
      const { tables, requested } = evidence;
      // Of those that were acknowledged: a request without a response may have been recorded too.
      const mail = tables.mails.find(
        ({ email, topic }) =>
          topic === 'notification.verification' && requested.get(email)?.has('verification'),
      );
      const mails = tables.mails.filter(({ email }) => email !== mail!.email);
      expect(faults({ ...evidence, tables: { ...tables, mails } })).toEqual([
        'requested mails lost',
        'tokens without their mail',
      ]);
    });

    it('by a mail without its token', () => {
      const { tables } = evidence;
      const tokens = tables.tokens.filter(({ email }) => email !== tables.tokens[first]!.email);
      expect(faults({ ...evidence, tables: { ...tables, tokens } })).toEqual(['mails without their token']);
    });

    it('by a second key for one account', () => {
      const welcome = evidence.received.find(({ kind }) => kind === 'welcome')!;
      const [{ id, email }] = [{ id: 'second-key', email: welcome.email }];
      const again = { ...welcome, key: id, email, acceptedAt: Date.now() };
      const message = { ...welcomes()[first]!, id };
      const broken = {
        ...withMessages([...evidence.tables.messages, message]),
        received: [...evidence.received, again],
      };
      expect(faults(broken)).toEqual(
        expect.arrayContaining(['accounts with more than one message', 'keys of welcomes at the service']),
      );
    });

    it('by an acknowledged account that is missing', () => {
      const [gone] = evidence.acknowledged;
      const emails = evidence.tables.emails.filter((email) => email !== gone);
      expect(faults({ ...evidence, tables: { ...evidence.tables, emails } })).toEqual(
        expect.arrayContaining(['acknowledged accounts lost', 'messages without an account']),
      );
    });

    it('by a message that is marked delivered and was never accepted', () => {
      const key = welcomes()[first]!.id;
      const received = evidence.received.filter((request) => request.key !== key);
      expect(faults({ ...evidence, received })).toEqual(
        expect.arrayContaining([
          'never delivered',
          'marked delivered, never accepted',
          'keys of welcomes at the service',
        ]),
      );
    });

    it('by a repeat that no crash, timeout or lost lease explains', () => {
      const accepted = evidence.received.find(({ acceptedAt }) => acceptedAt !== undefined)!;
      const calm = { ...accepted, sender: 'someone', at: Date.now(), acceptedAt: Date.now() };
      const received = [...evidence.received, calm, { ...calm, at: Date.now() + 1_000 }];
      expect(faults({ ...evidence, received })).toEqual(['accepted again for no reason']);
    });

    it('by a delivery whose attempt was not recorded', () => {
      const { id } = welcomes()[first]!;
      const attempts = evidence.tables.attempts.filter(({ message_id: of }) => of !== id);
      expect(faults({ ...evidence, tables: { ...evidence.tables, attempts } })).toEqual([
        'delivered, but not by the last attempt alone',
      ]);
    });

    it('by a crash point that was never reached, a 500 response, a damaged database', () => {
      const broken = {
        ...evidence,
        places: [...evidence.places, 'nowhere'],
        responses: new Map([...evidence.responses, [500, 1] as const]),
        tables: { ...evidence.tables, integrity: 'row 3 missing from index' },
      };
      expect(faults(broken)).toEqual([
        'places never died at',
        'requests of clients: another answer',
        'integrity of the database',
      ]);
    });
  });
});
