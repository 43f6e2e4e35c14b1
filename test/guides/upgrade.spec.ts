/**
 * A fork with an entity of its own takes the releases, as docs/guide/upgrade.md says.
 * Real: git, the history of this repository, the generator of each release. Fake: nothing.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=fork', '-c', 'user.email=fork@example.com', ...args], {
    cwd,
    encoding: 'utf8',
  }).trim();

/** The last commits of the releases that were made before there were tags. */
const untagged = { 'v0.1.0': '3b5d774^', 'v0.2.0': 'cdd4308' };

/** The last two releases, and what is to be the next one. Nothing in a clone without their history. */
function releases(): string[] {
  const tags = git('.', 'tag', '--list', 'v*', '--sort=version:refname').split('\n').filter(Boolean);
  const last = (tags.length > 1 ? tags : Object.values(untagged)).slice(-2);
  const isKnown = (name: string) => {
    try {
      return git('.', 'rev-parse', '--quiet', '--verify', `${name}^{commit}`) !== '';
    } catch {
      return false;
    }
  };
  return last.every(isKnown) ? [...last, 'HEAD'] : [];
}

const versions = releases();
const pairs = versions.slice(1).map((to, index) => [String(versions[index]), to] as const);

describe('A fork', () => {
  let fork: string;
  beforeEach(async () => {
    fork = await mkdtemp(join(tmpdir(), 'accounts-fork-'));
  });
  afterEach(() => rm(fork, { recursive: true, force: true }));

  if (!pairs.length)
    it.skip('takes a new version: SKIPPED, because this clone has no releases in its history', () =>
      undefined);

  it.each(pairs)('of %s with an entity of its own takes %s without a conflict', async (from, to) => {
    const target = git('.', 'rev-parse', to);
    git('.', 'clone', '--quiet', '--shared', '--no-checkout', '.', fork);
    git(fork, 'checkout', '--quiet', '-b', 'ours', git('.', 'rev-parse', from));
    await symlink(resolve('node_modules'), join(fork, 'node_modules'));
    if (!existsSync(join(fork, '.gitattributes')))
      await cp('.gitattributes', join(fork, '.git/info/attributes'));
    execFileSync('node', ['tools/generate.js', 'entity', 'product', 'name:string', 'price:number'], {
      cwd: fork,
    });
    git(fork, 'add', 'src', 'test');
    git(fork, 'commit', '--quiet', '--message', 'feat: products');

    git(fork, 'merge', '--quiet', '--no-edit', target);

    expect(git(fork, 'diff', '--name-only', target)).toMatch(
      /^src\/app\.module\.ts\nsrc\/modules\/product\//,
    );
    const assembly = await readFile(join(fork, 'src/app.module.ts'), 'utf8');
    expect(assembly.match(/ProductResourceModule/g)).toHaveLength(2);
    expect(git(fork, 'diff', '--numstat', target, '--', 'src/app.module.ts')).toMatch(/^2\t0\t/);
  });
});
