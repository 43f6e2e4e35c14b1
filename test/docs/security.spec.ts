// Real: docs/guide/security.md, and the tests that it names. Nothing is fake.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const rows = [
  ...readFileSync(join(root, 'docs/guide/security.md'), 'utf8').matchAll(
    /^\| (\d.*?) +\| (.*?) +\| (.*?) +\|$/gm,
  ),
].map(([, requirement = '', state = '', shown = '']) => ({ requirement, state, shown }));
const testsIn = (text: string) => [...text.matchAll(/`([\w./-]+\.spec\.ts)`: "([^"]+)"/g)];

describe('docs/guide/security.md', () => {
  it('says of each requirement whether it is met, and names a test where it is', () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const { requirement, state, shown } of rows) {
      expect([requirement, ['met', 'not met', 'not ours'].includes(state)]).toEqual([requirement, true]);
      expect([requirement, state === 'met' && testsIn(shown).length === 0]).toEqual([requirement, false]);
    }
  });

  it('names only tests that there are', () => {
    const missing = rows
      .flatMap(({ shown }) => testsIn(shown))
      .filter(([, file = '', title = '']) => {
        const path = join(root, file);
        return !existsSync(path) || !readFileSync(path, 'utf8').includes(title);
      });
    expect(missing.map(([named]) => named)).toEqual([]);
  });
});
