/**
 * docker-compose.yml, without a container engine.
 * Real: the file, the schema of the Compose specification (by dclint), the settings. Fake: nothing is started; that
 * is what `npm run topology` and `npm run test:compose` do.
 */
import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DCLinter } from 'dclint';
import { secretSettings } from '../../src/config/secret-files.js';
import { allSettings } from '../../src/config/sections.js';
import { readSettings } from '../../src/config/settings.js';
import { readCompose } from '../topology/compose-file.mjs';
import { imageEnvironment, userOfTheImage } from '../topology/dockerfile.mjs';

const repository = resolve(import.meta.dirname, '../..');
const file = join(repository, 'docker-compose.yml');
const secrets = { POSTGRES_PASSWORD: 'p@ss/word:with?every#thing%20' };
const services = readCompose(secrets);
const named = services.map((service) => [service.name, service] as const);
const names = allSettings.map(({ variable }) => variable);
const programs = named.filter(([, { image }]) => image === 'account-service');

describe('docker-compose.yml', () => {
  it('satisfies the schema of the Compose specification and the rules of dclint', () => {
    expect(errorsOf(readFileSync(file, 'utf8'))).toEqual([]);
  });

  it.each([
    ['a word that the specification does not have', 'healthcheck:', 'healthchecks:', 'invalid-schema'],
    ['an image of no version', /nginx:[\d.]+\S*/, 'nginx:latest', 'service-image-require-explicit-tag'],
    ['a list that is text', /cap_drop:\n\s+- ALL/, 'cap_drop: ALL', 'invalid-schema'],
  ])('would fail with %s', (_, what, by, rule) => {
    expect(errorsOf(readFileSync(file, 'utf8').replace(what, by))).toContain(rule);
  });

  it('contains no secret, and requires each by name', () => {
    expect(() => readCompose({})).toThrow(/^POSTGRES_PASSWORD is not set/);
    const text = readFileSync(file, 'utf8').replace(/^\s*#.*$/gm, '');
    const names = /^\s*\w*(?:PASSWORD|SECRET|PEPPER|TOKEN)(?:_FILE)?: (.*)$/gm;
    const set = [...text.matchAll(names)].map(([, value]) => value);
    expect(set.length).toBeGreaterThan(2);
    for (const value of set) expect(value).toMatch(/^\$\{\w+:[-+].*\}$|^\/app\/data\//);
    expect(text).not.toMatch(/:\/\/[^/@\s]+:[^/@\s]+@/);
  });

  it('starts each service only after its dependencies are verified to be ready', () => {
    for (const { dependsOn } of services)
      for (const { on, condition } of dependsOn) {
        const other = services.find(({ name }) => name === on);
        expect(other).toBeDefined();
        if (condition === 'service_healthy') expect(other?.healthcheck.test?.[0]).toBe('CMD');
        else expect([condition, other?.restart]).toEqual(['service_completed_successfully', 'no']);
      }
  });

  it('publishes only the proxy, the mail page and Prometheus, on the loopback address', () => {
    expect(services.flatMap(({ ports = [] }) => ports)).toEqual([
      '127.0.0.1:8000:8000',
      '127.0.0.1:8025:8025',
      '127.0.0.1:9090:9090',
    ]);
    expect(services.find(({ name }) => name === 'api')?.replicas).toBeGreaterThan(1);
  });

  it.each(named)(
    'hardens %s: read-only, no capability, no root, limited logs and resources, time to stop',
    (_, service) => {
      expect(service).toMatchObject({
        init: true,
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        stop_grace_period: '75s',
        cpus: 1,
        pids_limit: 200,
        logging: { options: { 'max-size': '10m', 'max-file': '3' } },
      });
      expect(service.mem_limit).toMatch(/^\d+m$/);
      expect(service.memswap_limit).toBe(service.mem_limit);
      const isOurs = service.image === 'account-service';
      expect(isOurs ? userOfTheImage() : service.user).toMatch(/^(?!root|0).+/);
    },
  );

  it.each(programs)('gives %s settings that exist and are valid', (_, service) => {
    const set = { ...imageEnvironment(), ...service.environment };
    const others = Object.keys(set).filter((name) => !names.includes(name));
    // NODE_ENV is read by Node's libraries; a secret is read from the file that NAME_FILE names.
    const files = secretSettings.map((secret) => `${secret}_FILE`);
    expect(['NODE_ENV', 'PATH', ...files]).toEqual(expect.arrayContaining(others));
    expect(() => readSettings({ ...set, DATABASE_PASSWORD_FILE: '', KEY_SECRET_FILE: '' })).not.toThrow();
  });

  it.each(programs)('runs %s with a command of the image', (_, { command, healthcheck }) => {
    for (const [program, ...words] of [command ?? [], healthcheck.test?.slice(1) ?? command ?? []]) {
      expect(['node', 'sh', 'bash']).toContain(program);
      const files = words.join(' ').match(/(?:ops|dist)\/[\w./-]+\.\w+/g) ?? [];
      expect(files).not.toEqual([]);
      for (const path of files) expect(existsSync(join(repository, sourceOf(path)))).toBe(true);
    }
  });

  it.each(named)('checks the health of %s without a Node process', (_, { healthcheck }) => {
    expect(healthcheck.test ?? []).not.toContain('node');
    expect(healthcheck.disable ?? healthcheck.test).toBeDefined();
  });

  it('builds the image in one place, so that one build is one image', () => {
    expect(services.filter(({ build }) => build).map(({ name }) => name)).toEqual(['migrate']);
  });

  it('gives the password only to one-off services, so that a new one recreates no running service', () => {
    const password = 'another-Xq7';
    const other = readCompose({ ...secrets, POSTGRES_PASSWORD: password });
    const changed = other.filter((service, index) => !isDeepStrictEqual(service, services[index]));
    expect(changed.map(({ name }) => name).sort()).toEqual(['database', 'migrate']);
    for (const { restart } of changed) expect(restart).toBe('no');
  });

  /** According to the network and the volumes of the file. */
  const decidedHere = new Set([
    'DATABASE_URL',
    'DATABASE_PASSWORD',
    'SCHEMA_MODE',
    'HOST',
    'PORT',
    'METRICS_HOST',
    'METRICS_PORT',
    'NOTIFICATION_SERVICE_URL',
    'NOTIFICATION_HOST',
    'NOTIFICATION_PORT',
    'MAIL_FOLDER',
  ]);

  it.each(names.filter((name) => !decidedHere.has(name)))('passes %s of .env on to a program', (name) => {
    const given = readCompose({ ...secrets, [name]: 'a value of its own' });
    expect(given.map((service) => service.environment[name])).toContain('a value of its own');
    if (secretSettings.some((secret) => secret === name))
      expect(
        readCompose({ ...secrets, [`${name}_FILE`]: './secret' }).map(
          (service) => service.environment[`${name}_FILE`],
        ),
      ).toContain(`/run/secrets/${name.toLowerCase()}`);
  });

  it.each([...decidedHere])('does not let .env change %s', (name) => {
    expect(names).toContain(name);
    expect(readCompose({ ...secrets, [name]: 'a value of its own' })).toEqual(services);
  });

  it('grants a stop the time of the largest SHUTDOWN_GRACE_MS, and ten seconds', () => {
    const [max] = [60, 61].filter((seconds) => !isValid('SHUTDOWN_GRACE_MS', `${seconds * 1_000}`));
    expect(max).toBe(61);
    for (const service of services)
      expect(parseInt(service.stop_grace_period)).toBeGreaterThanOrEqual(60 + 10);
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
        services
          .filter(({ profiles }) => !profiles)
          .map(({ name }) => name)
          .sort(),
      );
    },
  );
});

interface Result {
  readonly messages: readonly { readonly rule: string }[];
}

/** The rules that the file breaks. Those about the order of keys are not ours, nor is the
 * one against an image that is built and named: the name is how other services use it. */
function errorsOf(text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'accounts-compose-'));
  try {
    // Our own image is built here and has no version yet; for what others make, one is demanded.
    const withVersion = text.replaceAll(/image: account-service$/gm, 'image: account-service:0.0.0');
    writeFileSync(join(folder, 'docker-compose.yml'), withVersion);
    const off = [
      'no-build-and-image',
      'service-dependencies-alphabetical-order',
      'service-keys-order',
      'services-alphabetical-order',
      'top-level-properties-order',
    ];
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

function isValid(name: string, value: string): boolean {
  try {
    readSettings({ [name]: value });
    return true;
  } catch {
    return false;
  }
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
