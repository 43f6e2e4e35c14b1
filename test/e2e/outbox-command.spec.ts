/**
 * The operator's command, in a process of its own beside a running courier, on each database.
 * Real: the command, the database, the courier, HTTP. Fake: the notification service, which answers as a test says.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runCommand } from '../support/commands.js';
import { RunningCourier } from '../support/courier.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { outboxEntities } from '../support/letters.js';
import { respond, FakeService } from '../../testing/fake-service.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outbox-command-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const outbox = (url: string, ...args: string[]) =>
  runCommand('outbox', args, { cwd: folder, variables: { DATABASE_URL: url } });

describe.each(databaseKinds)('npm run outbox on %s', (kind) => {
  const database = useDatabase(kind, outboxEntities, { perTest: true });
  let service: FakeService;
  let courier: RunningCourier;

  beforeEach(async () => {
    service = await FakeService.start(respond(422));
    courier = await RunningCourier.start(database, { url: service.url });
  });
  afterEach(async () => {
    await courier.stop();
    await service.stop();
  });

  const run = (...args: string[]) => outbox(database.url, ...args);
  const json = async (...args: string[]) => {
    const { code, output } = await run(...args, '--json');
    return { code, data: JSON.parse(output) };
  };
  const becomes = (id: string, state: string) =>
    until(`${id} is ${state}`, async () => (await courier.message(id)).state === state);
  const dead = async (...names: string[]) => {
    const ids = await courier.welcome(...names);
    for (const id of ids) await becomes(id, 'dead');
    return ids;
  };

  it('status prints the number of messages in each state, and the age of the oldest', async () => {
    await dead('john');
    expect((await run('status')).output).toMatch(
      /^state +messages\npending +0\n[\s\S]*dead +1\n[\s\S]*Nothing waits/,
    );
    service.behaviour = respond(503, { 'Retry-After': '3600' });
    const [waiting = ''] = await courier.welcome('jane');
    await until('it was tried', async () => (await courier.attempts(waiting)).length > 0);
    const { code, data } = await json('status');
    expect(code).toBe(0);
    expect(data).toEqual({
      messages: { pending: 1, leased: 0, done: 0, dead: 1, discarded: 0 },
      oldestUndelivered: new Date((await courier.message(waiting)).createdAt).toISOString(),
      oldestUndeliveredAge: expect.any(Number),
      scheduled: 0,
    });
    expect((await run('status')).output).toMatch(/The oldest undelivered message is \d+ m?s old/);
  });

  it('list prints the messages, optionally of one state, without their content', async () => {
    const [first = '', second = ''] = await dead('john', 'jane');
    const { code, output } = await run('list');
    expect(code).toBe(0);
    expect(output).toMatch(/^id +topic +state +attempts +age +next try +last error\n/);
    expect(output).toContain(first);
    expect(output).not.toMatch(/john|example\.com/);
    expect((await json('list', '--limit', '1')).data).toMatchObject([
      { id: first, state: 'dead', attempts: 1 },
    ]);
    expect((await json('list', '--state', 'dead')).data).toMatchObject([{ id: first }, { id: second }]);
    expect((await run('list', '--state', 'pending')).output).toBe('No messages.\n');
  });

  it('show prints a message and its attempts, without its content', async () => {
    const [id = ''] = await dead('john');
    const { code, output } = await run('show', id);
    expect(code).toBe(0);
    expect(output).toMatch(/state +dead\n/);
    expect(output).toMatch(/attempt +started +ago +outcome +status +took +error\n +1 .* dead +422 /);
    expect(output).not.toMatch(/john|example\.com/);
    const { data } = await json('show', id);
    expect(data).toMatchObject({
      id,
      state: 'dead',
      attemptsMade: [{ number: 1, outcome: 'dead', status: 422 }],
    });
    expect(JSON.stringify(data)).not.toMatch(/john|payload/);
  });

  it('retry lets the running service deliver a dead message, under the same id', async () => {
    const [id = ''] = await dead('john');
    service.behaviour = respond(200);
    expect(await run('retry', id)).toEqual({ code: 0, output: `Message ${id} is retried.\n` });
    await becomes(id, 'done');
    expect(service.received.map(({ key }) => key)).toEqual([id, id]);
    expect((await courier.attempts(id)).map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'dead'],
      [2, 'delivered'],
    ]);
    const again = await run('retry', id);
    expect(again.code).toBe(1);
    expect(again.output).toContain('is done: only dead and pending messages can be retried');
  });

  it('retry makes a waiting message due now', async () => {
    service.behaviour = respond(503, { 'Retry-After': '3600' });
    const [id = ''] = await courier.welcome('john');
    await until('it was tried', async () => (await courier.attempts(id)).length > 0);
    service.behaviour = respond(200);
    expect((await run('retry', id)).code).toBe(0);
    await becomes(id, 'done');
    expect(await courier.attempts(id)).toHaveLength(2);
  });

  it('retry --all-dead lets all of them be delivered, and reports when there is none', async () => {
    const ids = await dead('john', 'jane', 'jim');
    service.behaviour = respond(200);
    expect(await run('retry', '--all-dead')).toEqual({
      code: 0,
      output: '3 dead messages are pending again.\n',
    });
    for (const id of ids) await becomes(id, 'done');
    expect(await run('retry', '--all-dead')).toEqual({ code: 1, output: 'No message is dead.\n' });
  });

  it('discard ends a dead message and deletes its content, and leaves a delivered one unchanged', async () => {
    const [id = ''] = await dead('john');
    expect(await json('discard', id)).toEqual({ code: 0, data: { id, discarded: true } });
    expect(await courier.message(id)).toMatchObject({
      state: 'discarded',
      payload: null,
      doneAt: expect.any(Number),
    });
    expect((await run('retry', id)).code).toBe(1);
    service.behaviour = respond(200);
    const [other = ''] = await courier.welcome('jane');
    await becomes(other, 'done');
    expect(await json('discard', other)).toEqual({
      code: 1,
      data: { id: other, discarded: false, state: 'done' },
    });
  });

  it('exits with 1 for a missing message', async () => {
    for (const command of ['show', 'retry', 'discard'])
      expect(await run(command, 'unknown')).toEqual({ code: 1, output: 'There is no message unknown.\n' });
  });
});

describe('npm run outbox', () => {
  it('exits with 2 for unknown arguments, with the remedy', async () => {
    const { code, output } = await outbox('sqlite:missing.db', 'deliver');
    expect(code).toBe(2);
    expect(output).toBe('There is no command deliver. Run npm run outbox -- --help for usage.\n');
  });

  it('exits with 2 for an invalid setting', async () => {
    const { code, output } = await outbox('mysql://localhost', 'status');
    expect(code).toBe(2);
    expect(output).toContain('DATABASE_URL must be sqlite:PATH, postgres://');
    expect(output).not.toContain('    at ');
  });

  it('exits with 3 when there is no database, and creates none', async () => {
    const missing = await outbox('sqlite:missing.db', 'status');
    expect(missing.code).toBe(3);
    expect(missing.output).toMatch(/There is no database .*missing\.db: set DATABASE_URL/);
    expect((await outbox('sqlite:missing.db', 'status')).code).toBe(3);
    const refused = await outbox('postgres://stranger:secret@127.0.0.1:9/none', 'status');
    expect(refused.code).toBe(3);
    expect(refused.output).toMatch(/The database cannot be used/);
    expect(refused.output).not.toMatch(/secret|    at /);
  });

  it('exits with 3 for a database without an outbox', async () => {
    const database = await createDatabase('sqlite');
    await database.connect([]);
    const { code, output } = await outbox(database.url, 'status');
    expect(code).toBe(3);
    expect(output).toContain('start the service once');
    await database.destroy();
  });

  it('--help prints the usage, and needs no database', async () => {
    const { code, output } = await outbox('sqlite:missing.db', '--help');
    expect(code).toBe(0);
    for (const word of [
      'status',
      'list',
      'show ID',
      'retry ID',
      '--all-dead',
      'discard ID',
      '--json',
      'Exit code',
    ])
      expect(output).toContain(word);
  });
});
