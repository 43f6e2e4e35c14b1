/**
 * The guide to the testing kit quotes code that runs.
 * Real: the guide, and the tests of the shop that it quotes. Fake: nothing.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as kit from './index.js';

const root = join(import.meta.dirname, '..');
const tests = join(root, 'examples/shop/test');

/** Removes the indentation, in which a quotation differs from its source. */
const flat = (code: string) => code.trim().replaceAll(/\n\s*/g, '\n');

describe('docs/guide/testing.md', () => {
  it('quotes running tests verbatim', async () => {
    const guide = await readFile(join(root, 'docs/guide/testing.md'), 'utf8');
    const quotations = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => flat(code));
    const files = (await readdir(tests)).filter((file) => file.endsWith('.spec.ts'));
    const sources = await Promise.all(
      files.map(async (file) => flat(await readFile(join(tests, file), 'utf8'))),
    );

    expect(quotations).toHaveLength(6);
    for (const quotation of quotations)
      expect(sources.some((source) => source.includes(quotation)) ? '' : quotation).toBe('');
  });

  it('names everything that the kit exports', async () => {
    const guide = await readFile(join(root, 'docs/guide/testing.md'), 'utf8');
    const left = ['databaseKinds', 'Product'];

    expect(Object.keys(kit).filter((name) => !left.includes(name) && !guide.includes(name))).toEqual([]);
  });
});
