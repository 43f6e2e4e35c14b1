/**
 * The notes of the guide, on each database.
 * Real: the application as the guide shows it, the server with its HTTP rules, the databases. Fake: the verifier of tokens,
 * for which a token is the name of an account.
 */
import { readFileSync } from 'node:fs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { TypeOrmModule } from '@nestjs/typeorm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Logger } from 'pino';
import type { DataSourceOptions } from 'typeorm';
import { Settings } from '../../src/config/settings.js';
import { createDataSource, dataSourceOf } from '../../src/database/data-source.js';
import type { Caller } from '../../src/ddd/resource/index.js';
import { TokenVerifier } from '../../src/http/access/token-verifier.js';
import { blockErrorMapping } from '../../src/http/errors/error-mapping.js';
import { applyHttpRules } from '../../src/http/http.setup.js';
import { createTestApp, databaseKinds } from '../../testing/index.js';
import type { TestApp } from '../../testing/index.js';
import { Note, Tag } from './note.entities.js';
import { noteErrorMapping, NoteModule } from './note.module.js';

const files = ['note.entities.ts', 'note.resource.ts', 'note.module.ts'];

class NameVerifier extends TokenVerifier {
  async verify(token: string): Promise<Caller> {
    return { id: token, sessionId: '1', permissions: [] };
  }
}

const database = TypeOrmModule.forRootAsync({
  inject: [Settings],
  useFactory: ({ database: settings }: Settings) => ({
    ...createDataSource(settings, { entities: [Note, Tag] }).options,
    synchronize: true,
  }),
  dataSourceFactory: async (options) => dataSourceOf(options as DataSourceOptions).initialize(),
});

describe.each(databaseKinds)('The notes of the guide on %s', (kind) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp({
      module: {
        module: class Notes {},
        imports: [database, NoteModule],
        providers: [{ provide: TokenVerifier, useClass: NameVerifier }],
      },
      setUp: (nest: NestExpressApplication, logger: Logger) =>
        applyHttpRules(nest, nest.get(Settings).http, logger, { ...blockErrorMapping, ...noteErrorMapping }),
      database: kind,
    });
  });
  afterAll(() => app.close());

  async function send(account: string, method: string, path: string, body?: object) {
    const { status, text } = await app.send(path, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${account}` },
    });
    return { status, body: text ? JSON.parse(text) : undefined };
  }
  const twenty = Array.from({ length: 20 }, (_, index) => `Note ${index}`);

  it('pins three notes of an owner, however many requests come at once', async () => {
    const pinned = await Promise.all(
      twenty.map((title) => send('ada', 'POST', '/note/', { title, pinned: true })),
    );
    expect(pinned.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(pinned.filter(({ status }) => status === 409)).toHaveLength(17);

    const loose = await Promise.all(
      twenty.map((title) => send('bob', 'POST', '/note/', { title, pinned: false })),
    );
    const changed = await Promise.all(
      loose.map(({ body }) => send('bob', 'PATCH', `/note/${body.id}/`, { pinned: true })),
    );
    expect(changed.filter(({ status }) => status === 200)).toHaveLength(3);
    for (const account of ['ada', 'bob'])
      expect((await send(account, 'GET', '/note/?pinned=true')).body.data).toHaveLength(3);
  });

  it('keeps notes and tags to their owner', async () => {
    const { body: note } = await send('cleo', 'POST', '/note/', { title: 'Milk', pinned: false });
    const tag = { noteId: note.id, name: 'shopping' };

    expect((await send('cleo', 'POST', '/tag/', tag)).status).toBe(201);
    expect(await send('dan', 'POST', '/tag/', tag)).toMatchObject({
      status: 409,
      body: { detail: 'The caller has no such note' },
    });
    expect((await send('dan', 'GET', `/note/${note.id}/`)).status).toBe(404);
    expect((await send('cleo', 'GET', '/tag/?name[containsIgnoreCase]=SHOP')).body.data).toMatchObject([tag]);
    expect((await send('dan', 'GET', '/tag/')).body.data).toEqual([]);
    expect((await send('cleo', 'DELETE', `/note/${note.id}/`)).status).toBe(409);
  });
});

describe('The guide of the notes', () => {
  const guide = readFileSync('docs/guide/notes.md', 'utf8');

  it.each(files)('quotes %s as it is', (file) => {
    const text = readFileSync(`examples/notes/${file}`, 'utf8');
    expect(guide.split(`\`\`\`ts examples/notes/${file}\n${text}\`\`\`\n`)).toHaveLength(2);
  });

  it('needs fewer than 60 lines beside imports', () => {
    const lines = files.flatMap((file) => readFileSync(`examples/notes/${file}`, 'utf8').split('\n'));
    expect(lines.filter((line) => line && !line.startsWith('import ')).length).toBeLessThan(60);
  });
});
