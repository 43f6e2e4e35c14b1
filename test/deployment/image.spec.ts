/**
 * The Dockerfile, and how the guides run it. Real: the files. Fake: nothing is built; `npm run test:compose` does that.
 */
import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readCompose } from '../topology/compose-file.mjs';
import { readDockerfile, userOfTheImage } from '../topology/dockerfile.mjs';

const repository = resolve(import.meta.dirname, '../..');
const services = readCompose({ POSTGRES_PASSWORD: 'secret' });

const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const commandInProduction = scripts['start:prod']!.split(' ');

describe('the Dockerfile', () => {
  const stages = readDockerfile();
  const last = stages.at(-1)!;

  it('copies only existing files of the repository', () => {
    const copied = stages
      .flat()
      .filter(([instruction, rest]) => instruction === 'COPY' && !rest.startsWith('--from'))
      .flatMap(([, rest]) => rest.split(' ').slice(0, -1));
    expect(copied.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
    const ignored = readFileSync(join(repository, '.dockerignore'), 'utf8').split('\n');
    for (const path of copied)
      expect(ignored).toContain(
        path.includes('/') || path === 'src' ? `!${path.split('/')[0]}/` : `!${path}`,
      );
  });

  it('pins an exact version of its base image, once', () => {
    const text = readFileSync(join(repository, 'Dockerfile'), 'utf8');
    expect(text).toMatch(/^ARG NODE=node:\d+\.\d+\.\d+-[\w-]+$/m);
    expect(stages.map(([from]) => from?.[1].split(' ')[0])).toEqual([
      '${NODE}',
      '${NODE}',
      '${NODE}',
      'scratch',
    ]);
  });

  it('needs no Dockerfile frontend from a registry', () => {
    expect(readFileSync(join(repository, 'Dockerfile'), 'utf8')).not.toMatch(/^#\s*syntax\s*=/im);
  });

  it('installs and compiles nothing in its last stage, and drops root before the program starts', () => {
    const runs = last.filter(([instruction]) => instruction === 'RUN').map(([, rest]) => rest);
    expect(runs.filter((run) => /apt|npm (ci|install|run)|make|g\+\+/.test(run))).toEqual([]);
    const order = last.map(([instruction]) => instruction);
    expect(order.indexOf('USER')).toBeLessThan(order.indexOf('CMD'));
    expect(userOfTheImage()).toBe('node');
  });

  it('runs the program itself, not a shell, so that a signal reaches it', () => {
    const commands = last.filter(([instruction]) => instruction === 'CMD').map(([, rest]) => rest);
    expect(commands.map((command) => JSON.parse(command) as unknown)).toEqual([commandInProduction]);
    expect(services.find(({ name }) => name === 'api')?.command).toEqual(commandInProduction);
    expect(last.find(([instruction]) => instruction === 'HEALTHCHECK')?.[1]).toMatch(/ CMD \["bash", /);
  });
});

describe('Every example', () => {
  const texts = ['README.md', 'CONTRIBUTING.md', 'Dockerfile', 'docs/guide', 'docs/adr', 'examples'].flatMap(
    (path) =>
      statSync(join(repository, path)).isDirectory()
        ? readdirSync(join(repository, path), { recursive: true, encoding: 'utf8' })
            .filter((name) => /\.(md|ya?ml)$|Dockerfile/.test(name))
            .map((name) => join(path, name))
        : [path],
  );

  it.each(texts)('%s publishes ports on the loopback address', (path) => {
    const text = readFileSync(join(repository, path), 'utf8');
    for (const [, published] of text.matchAll(/(?:^|\s)(?:-p|--publish)[ =]([\w.:]+)/g))
      expect(published).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });
});
