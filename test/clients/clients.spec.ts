/**
 * What public tools make of our document: linters, and generators whose clients are compiled strictly and talk to the
 * running service.
 * Real: the whole account service with a collection of products, its database, the tools. Fake: the products are in memory, and no service
 * takes the mails.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppModule } from '../../src/app.module.js';
import { setUpApp } from '../../src/app.setup.js';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { createTestApp } from '../../testing/index.js';
import type { TestApp } from '../../testing/index.js';
import { ProductController, ProductResource } from '../support/product-api.js';
import { CatalogWorker } from '../support/products.js';

const folder = join(import.meta.dirname, 'tools');
const generated = join(folder, 'generated');
const schema = './generated/schema.json';
const run = promisify(execFile);

/** Runs a tool of test/clients/tools, and throws what it has printed when it fails. */
async function tool(name: string, ...parameters: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run(join(folder, 'node_modules/.bin', name), parameters, {
      cwd: folder,
      env: { ...process.env, CI: 'true', NO_COLOR: '1' },
      maxBuffer: 10_000_000,
    });
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${name} ${parameters.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
  }
}

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({
    module: {
      module: class ServiceWithProducts {},
      imports: [AppModule],
      controllers: [ProductController],
      providers: [
        ProductResource,
        { provide: CatalogWorker, useValue: new InMemoryDatabase().worker(CatalogWorker) },
      ],
    },
    setUp: setUpApp,
    database: 'sqlite',
    variables: { RATE_LIMIT_PER_MINUTE: '1000', PASSWORD_MEMORY_KIB: '64' },
  });
  await rm(generated, { recursive: true, force: true });
  await mkdir(generated);
  await writeFile(join(generated, 'schema.json'), (await app.send('/schema/')).text);
});
afterAll(() => app.close());

describe('A linter of documents', () => {
  it('redocly, with its recommended rules but for trailing slashes, finds no error', async () => {
    expect(await tool('redocly', 'lint', schema, '--config', 'redocly.yaml')).toContain(
      'Your API description is valid',
    );
  });

  it('spectral, with its recommended rules but for trailing slashes, finds no error', async () => {
    await tool(
      'spectral',
      'lint',
      'generated/schema.json',
      '--ruleset',
      'spectral.yaml',
      '--fail-severity',
      'error',
    );
  });
});

/** How each generator is called, with the folder that it writes to. */
const generators: Readonly<Record<string, readonly [name: string, ...parameters: readonly string[]]>> = {
  'openapi-typescript': ['openapi-typescript', schema, '-o', 'generated/openapi-typescript/schema.ts'],
  'hey-api': ['openapi-ts', '-i', schema, '-o', 'generated/hey-api', '-c', '@hey-api/client-fetch'],
  'swagger-typescript-api': [
    ...(['swagger-typescript-api', 'generate', '-p', schema, '-n', 'api.ts'] as const),
    ...['-o', 'generated/swagger-typescript-api'],
  ],
  orval: ['orval', '--input', schema, '--output', 'generated/orval/api.ts', '--client', 'fetch'],
  'orval-zod': ['orval', '--input', schema, '--output', 'generated/orval-zod/schemas.ts', '--client', 'zod'],
};

describe('A generated client', () => {
  beforeAll(async () => {
    for (const [name, ...parameters] of Object.values(generators)) await tool(name, ...parameters);
    await tool('tsc', '-p', '.');
  });

  it.each(Object.keys(generators))(
    'of %s compiles strictly, and talks to the running service',
    async (name) => {
      const program = join(generated, 'compiled/walks', `${name}.js`);
      const { stdout } = await run(process.execPath, [program, app.url, name]);

      expect(JSON.parse(stdout)).toEqual({
        sessions: 1,
        created: 3,
        names: ['Desk'],
        hasNext: true,
        renamed: { name: 'Lantern', note: null },
        missing: { status: 404, detail: 'Not Found' },
        removed: 2,
      });
    },
  );
});
