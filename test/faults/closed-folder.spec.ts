/**
 * A PostgreSQL of the tests that may not enter a folder that it needs.
 * Real: the folders. Fake: who runs the tests.
 */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { assertEnterable } from '../support/postgres-server.js';

describe('The PostgreSQL of the tests, started by root', () => {
  let closed: string;
  let inner: string;
  beforeEach(async () => {
    closed = await mkdtemp(join(tmpdir(), 'accounts-closed-'));
    inner = join(closed, 'node_modules');
    await mkdir(inner);
  });
  afterEach(() => rm(closed, { recursive: true }));

  it('names the folder that its user may not enter, and the way out, in one sentence without a stack', async () => {
    const refused = await assertEnterable([inner], true).catch((error: unknown) => error as Error);
    expect(refused?.message).toContain(`may not enter ${closed}: let others enter it (chmod o+x ${closed})`);
    expect(refused?.stack).toBe(refused?.message);
  });

  it('starts where every folder can be entered', async () => {
    await chmod(closed, 0o711);
    await expect(assertEnterable([inner], true)).resolves.toBeUndefined();
  });

  it('does not look where it runs as the user who starts it', async () => {
    await expect(assertEnterable([inner], false)).resolves.toBeUndefined();
  });
});
