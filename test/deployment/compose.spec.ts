/**
 * docker-compose.yml and the Dockerfile, where there is no container engine.
 * Real: both files, the schema of the Compose specification (by dclint), the settings. Fake: nothing is started; that
 * is what `npm run topology` does.
 */
import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DCLinter } from 'dclint';
import { environment } from '../../src/config/environment.js';
import { readSettings } from '../../src/config/settings.js';
import { readCompose } from '../topology/compose-file.mjs';
import { imageEnvironment, readDockerfile } from '../topology/dockerfile.mjs';

const repository = resolve(import.meta.dirname, '../..');
const file = join(repository, 'docker-compose.yml');
const secrets = { POSTGRES_PASSWORD: 'p@ss/word:with?every#thing%20' };
const services = readCompose(secrets);
const named = services.map((service) => [service.name, service] as const);
const programs = named.filter(([, { image }]) => image === 'account-service');

const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const commandInProduction = scripts['start:prod']!.split(' ');

describe('docker-compose.yml', () => {
  it('fits the schema of the Compose specification, and the rules of dclint that find mistakes', () => {
    expect(faultsOf(readFileSync(file, 'utf8'))).toEqual([]);
  });

  it.each([
    ['a word that the specification does not have', 'healthcheck:', 'healthchecks:', 'invalid-schema'],
    ['an image of no version', /nginx:[\d.]+\S*/, 'nginx:latest', 'service-image-require-explicit-tag'],
    ['a list that is text', /cap_drop:\n\s+- ALL/, 'cap_drop: ALL', 'invalid-schema'],
  ])('is not spared: %s is found', (_, what, by, rule) => {
    expect(faultsOf(readFileSync(file, 'utf8').replace(what, by))).toContain(rule);
  });

  it('holds no secret: it asks for each by name', () => {
    expect(() => readCompose({})).toThrow(/^POSTGRES_PASSWORD is not set/);
    const text = readFileSync(file, 'utf8').replace(/^\s*#.*$/gm, '');
    const set = [...text.matchAll(/^\s*\w*(?:PASSWORD|SECRET|PEPPER|TOKEN)\w*: (.*)$/gm)].map(
      ([, value]) => value,
    );
    expect(set.length).toBeGreaterThan(2);
    for (const value of set) expect(value).toMatch(/^\$\{\w+:[-?].*\}$/);
    expect(text).not.toMatch(/:\/\/[^/@\s]+:[^/@\s]+@/);
  });

  it('starts nothing before what it waits for can be seen to be ready', () => {
    for (const { dependsOn } of services)
      for (const { on, condition } of dependsOn) {
        const other = services.find(({ name }) => name === on);
        expect(other).toBeDefined();
        if (condition === 'service_healthy') expect(other?.healthcheck.test?.[0]).toBe('CMD');
        else expect([condition, other?.restart]).toEqual(['service_completed_successfully', 'no']);
      }
  });

  it('publishes one port of the API, and the mail page to this machine only', () => {
    expect(services.flatMap(({ ports = [] }) => ports)).toEqual([
      '127.0.0.1:8000:8000',
      '127.0.0.1:8025:8025',
    ]);
    expect(services.find(({ name }) => name === 'api')?.replicas).toBeGreaterThan(1);
  });

  it.each(named)(
    'contains %s: nothing to write to, no capability, no root, bounded logs, time to stop',
    (_, service) => {
      expect(service).toMatchObject({
        init: true,
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        stop_grace_period: '30s',
        logging: { options: { 'max-size': '10m', 'max-file': '3' } },
      });
      const isOurs = service.image === 'account-service';
      expect(isOurs ? userOfTheImage() : service.user).toMatch(/^(?!root|0).+/);
    },
  );

  it.each(programs)('gives %s settings that exist and are valid', (_, service) => {
    const set = { ...imageEnvironment(), ...service.environment };
    const others = Object.keys(set).filter((name) => !(name in environment));
    // NODE_ENV is read by Node's libraries, PGPASSWORD by the PostgreSQL client.
    expect(['NODE_ENV', 'PGPASSWORD']).toEqual(expect.arrayContaining(others));
    expect(() => readSettings(set)).not.toThrow();
  });

  it.each(programs)('runs %s by a command that the image has', (_, { command, healthcheck }) => {
    for (const [program, ...words] of [command ?? [], healthcheck.test?.slice(1) ?? command ?? []]) {
      const script = words.find((word) => !word.startsWith('--')) ?? '';
      expect(program).toBe('node');
      expect(existsSync(join(repository, sourceOf(script)))).toBe(true);
    }
  });

  const compose = composeCommand();
  const check = compose ? it : it.skip;
  check(
    `is read by docker compose config${compose ? '' : ' (not here: docker has no compose plugin)'}`,
    () => {
      const read = execFileSync('docker', ['compose', '--file', file, 'config', '--format', 'json'], {
        env: { ...process.env, ...secrets },
        encoding: 'utf8',
      });
      expect(Object.keys((JSON.parse(read) as { services: object }).services).sort()).toEqual(
        services.map(({ name }) => name).sort(),
      );
    },
  );
});

describe('the Dockerfile', () => {
  const stages = readDockerfile();
  const last = stages.at(-1)!;

  it('copies from the repository only what is there', () => {
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

  it('names an exact version of its base, once', () => {
    const text = readFileSync(join(repository, 'Dockerfile'), 'utf8');
    expect(text).toMatch(/^ARG NODE=node:\d+\.\d+\.\d+-[\w-]+$/m);
    expect(stages.map(([from]) => from?.[1].split(' ')[0])).toEqual(['${NODE}', '${NODE}', '${NODE}']);
  });

  it('installs and compiles nothing in its last stage, and leaves root before the program', () => {
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
    expect(last.find(([instruction]) => instruction === 'HEALTHCHECK')?.[1]).toMatch(/ CMD \["node", /);
  });
});

interface Result {
  readonly messages: readonly { readonly rule: string }[];
}

/** The rules that the file breaks. Those about the order of keys are not ours. */
function faultsOf(text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'accounts-compose-'));
  try {
    writeFileSync(join(folder, 'docker-compose.yml'), text);
    const off = ['service-keys-order', 'services-alphabetical-order', 'top-level-properties-order'];
    const rules = Object.fromEntries(
      // It takes a variable before the port for no address; that there is one is tested above.
      [...off, 'no-unbound-port-interfaces'].map((rule) => [rule, 0 as const]),
    );
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });
    // Its types are not found by this kind of module resolution.
    const results = linter.lintFiles([join(folder, 'docker-compose.yml')], false) as Result[];
    expect(results).toHaveLength(1);
    return results.flatMap(({ messages }) => messages.map(({ rule }) => rule));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function userOfTheImage(): string | undefined {
  return readDockerfile()
    .at(-1)
    ?.findLast(([instruction]) => instruction === 'USER')?.[1];
}

function sourceOf(script: string): string {
  return script.replace(/^dist\/(.*)\.js$/, '$1.ts');
}

function composeCommand(): boolean {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
