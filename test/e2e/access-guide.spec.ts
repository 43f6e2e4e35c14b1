/**
 * docs/guide/access.md, followed to the letter: each of its commands and its pieces of code runs in a test. Those that run
 * elsewhere: the verifier of another service (access-token.spec.ts), and the page in a browser (test/browser).
 * Real: the text of the guide, a shell, curl, the app, its database, the commands, the generator in a copy of the
 * repository. Changed: the port, and `npm run` starts what the test run has compiled.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { AppModule } from '../../src/app.module.js';
import { setUpApp } from '../../src/app.setup.js';
import { createTestApp, InMemoryDatabase, useDatabase } from '../../testing/index.js';
import type { TestApp } from '../../testing/index.js';
import { RepositoryCopy } from '../guides/repository-copy.js';
import { GreetingController } from '../support/guide/greeting.controller.js';
import { NoteController } from '../support/guide/note.controller.js';
import { NoteResource, NoteWorker } from '../support/note-api.js';
import { programPath } from '../support/program.js';
import { bearer, bodyOf, signIn, statusOf } from '../support/sessions.js';
import type { TokenResponse } from '../support/sessions.js';

const guide = readFileSync('docs/guide/access.md', 'utf8');
const blocks = [...guide.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', path = '', text = '']) => ({ language, path, text }),
);
const codeOf = (path: string) => blocks.find((block) => block.path === path)?.text ?? '';
/** Each command of the guide, by how it begins. */
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.trim().split('\n'));
const command = (start: string) => {
  const found = commands.filter((line) => line.startsWith(start));
  expect([start, found.length]).toEqual([start, 1]);
  run.push(...found);
  return found[0] ?? '';
};
const run: string[] = [];

@Module({
  imports: [AppModule],
  controllers: [GreetingController, NoteController],
  providers: [{ provide: NoteWorker, useValue: new InMemoryDatabase().worker(NoteWorker) }, NoteResource],
})
class GuideModule {}

const database = useDatabase('sqlite');
const john = { name: 'John', surname: 'Doe', email: 'john@example.com', password: '123456' };
const other = { ...john, email: 'jane@example.com' };
let folder: string;
let app: TestApp;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-access-guide-'));
  const npm = `#!/bin/sh\nshift; name=$1; shift 2\nexec "${process.execPath}" "${programPath('src/cli')}/$name.js" "$@"\n`;
  await writeFile(join(folder, 'npm'), npm, { mode: 0o755 });
  app = await createTestApp({
    module: GuideModule,
    setUp: setUpApp,
    database: { url: database.url },
    variables: { PASSWORD_MEMORY_KIB: '64', NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9' },
  });
  for (const account of [john, other])
    for (const path of ['/user/', '/user/activate/'])
      expect((await app.post(path, account)).status).toBe(200);
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

/** Types a command of the guide. @returns what it prints */
async function type(line: string, variables: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'sh',
    ['-ec', line.replace('localhost:8000', `localhost:${app.port}`)],
    {
      cwd: folder,
      env: {
        ...variables,
        DATABASE_URL: database.url,
        PATH: [folder, process.env['PATH']].join(delimiter),
      },
    },
  );
  return stdout;
}

const signInAs = async (account: typeof john) => bearer((await signIn(app, account)).access_token);

describe('The guide to sessions and access tokens', () => {
  it('signs in, reads, refreshes and signs out by its commands', async () => {
    const first = JSON.parse(await type(command('curl -s localhost:8000/session/ -H'))) as TokenResponse;
    expect(Object.keys(first)).toEqual(
      ['access_token', 'token_type', 'expires_in', 'refresh_token', 'session_id'].filter((name) =>
        guide.includes(`\`${name}\``),
      ),
    );
    const variables = { ACCESS_TOKEN: first.access_token, REFRESH_TOKEN: first.refresh_token };
    expect(JSON.parse(await type(command('curl -s localhost:8000/user/me/'), variables))).toMatchObject({
      email: john.email,
    });
    const next = JSON.parse(await type(command('curl -s localhost:8000/session/refresh/'), variables));
    expect(next).toMatchObject({ session_id: first.session_id });
    expect(await type(command('curl -s localhost:8000/session/ -X DELETE'), variables)).toBe('');
    expect(await statusOf(app, next.access_token)).toBe(401);
  });

  it('protects the routes of its controller as it says', async () => {
    const quoted = readFileSync('test/support/guide/greeting.controller.ts', 'utf8');
    expect(codeOf('src/resource/greeting/greeting.controller.ts')).toBe(
      quoted.replaceAll("'../../../src/", "'../../"),
    );

    const headers = await signInAs(john);
    const ask = async (method: string, path: string, given: Record<string, string> = {}) =>
      (await app.send(path, { method, headers: given })).status;
    expect(await ask('GET', '/greeting/')).toBe(200);
    expect([await ask('GET', '/greeting/mine/'), await ask('GET', '/greeting/mine/', headers)]).toEqual([
      401, 200,
    ]);
    expect([await ask('POST', '/greeting/'), await ask('POST', '/greeting/', headers)]).toEqual([401, 403]);
    const grant = `npm run accounts -- grant ${john.email} greeting:`;
    await type(`${grant}write`);
    expect(await ask('POST', '/greeting/', headers)).toBe(403);
    await type(`${grant}publish`);
    expect(await ask('POST', '/greeting/', headers)).toBe(201);
  });

  it('gives records to their owner by its declaration, and by the grant of its commands', async () => {
    expect(readFileSync('test/support/guide/note.controller.ts', 'utf8')).toContain(
      codeOf('src/resource/note/note.controller.ts'),
    );
    const [mine, others] = [await signInAs(john), await signInAs(other)];
    const { id } = JSON.parse((await app.post('/note/', { title: 'Mine' }, mine)).text);
    const read = async (headers: Record<string, string>) =>
      (await app.send(`/note/${id}/`, { headers })).status;
    const remove = async () => (await app.send(`/note/${id}/`, { method: 'DELETE', headers: mine })).status;

    expect((await app.post('/note/', { title: 'x', ownerId: 'x' }, mine)).status).toBe(400);
    expect(JSON.parse((await app.send('/note/', { headers: others })).text).data).toEqual([]);
    expect([await read(mine), await read(others), await remove()]).toEqual([200, 404, 403]);
    await type(`npm run accounts -- grant ${other.email} note:read`);
    expect(await read(others)).toBe(200);
    expect(await type(command('npm run accounts -- grant'))).toContain('note:write');
    expect(await remove()).toBe(204);
  });

  it('introspects a token by its commands, before and after its session ends', async () => {
    await type(`npm run accounts -- grant ${other.email} session:introspect`);
    const ours = (await signIn(app, other)).access_token;
    const theirs = await signIn(app, john);
    const ask = command('curl -s localhost:8000/session/introspect/');
    const introspected = async () =>
      JSON.parse(await type(ask, { OURS: ours, THEIRS: theirs.access_token })) as Record<string, unknown>;
    expect(await introspected()).toMatchObject({ active: true, sid: theirs.session_id });

    expect(await type(command('npm run accounts -- sessions'))).toContain(theirs.session_id);
    await type(command('npm run accounts -- end-sessions'));
    expect(await introspected()).toEqual({ active: false });
    expect(guide).toContain('`{"active":false}`');
  });

  it('lists, rotates and revokes keys by its commands', async () => {
    const kidOf = (token: string) =>
      (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
    const before = await signIn(app, john);
    const kid = kidOf(before.access_token);
    expect(await type(command('npm run keys -- list'))).toContain(kid);
    await type(command('npm run keys -- rotate'));
    const after = await signIn(app, john);
    expect(kidOf(after.access_token)).not.toBe(kid);
    expect(await statusOf(app, before.access_token)).toBe(200);

    await type(command('npm run keys -- revoke'), { KID: kid });
    expect(await statusOf(app, before.access_token)).toBe(401);
    expect(
      bodyOf(await app.post('/session/refresh/', { refresh_token: before.refresh_token })).session_id,
    ).toBe(before.session_id);
  });

  it('generates a resource of owned records by its command', async () => {
    const copy = await RepositoryCopy.make();
    try {
      // By another name, because a repository that has grown may have notes of its own.
      const generate = command('npm run generate').replace(' note ', ' guide-note ');
      expect(await copy.run(generate)).toMatchObject({ code: 0 });
      const controller = await copy.read('src/resource/guide-note/guide-note.controller.ts');
      expect(controller).toContain("owner: 'ownerId'");
    } finally {
      await copy.remove();
    }
  });

  it('has no command that was not run here, and no code that runs in no test', () => {
    expect([...run].sort()).toEqual([...commands].sort());
    const code = blocks
      .filter(({ language }) => language !== 'sh')
      .map(({ language, path }) => `${language} ${path}`);
    expect(code).toEqual([
      'ts src/resource/greeting/greeting.controller.ts',
      'ts src/resource/note/note.controller.ts',
      'js session.js',
      'js ',
    ]);
    expect(readFileSync('test/browser/page-elsewhere.spec.ts', 'utf8')).toContain('```js session.js');
    expect(readFileSync('test/e2e/access-token.spec.ts', 'utf8')).toContain('docs/guide/access.md');
  });
});
