/**
 * docker-compose.yml and the Dockerfile, where there is no container engine.
 * Real: both files, the schema of the Compose specification (by dclint), the settings. Fake: nothing is started; that
 * is what `npm run topology` does.
 */
import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DCLinter } from 'dclint';
import { environment } from '../../src/config/environment.js';
import { secretSettings } from '../../src/config/secret-files.js';
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
    const names = /^\s*\w*(?:PASSWORD|SECRET|PEPPER|TOKEN)(?:_FILE)?: (.*)$/gm;
    const set = [...text.matchAll(names)].map(([, value]) => value);
    expect(set.length).toBeGreaterThan(2);
    for (const value of set) expect(value).toMatch(/^\$\{\w+:[-+].*\}$|^\/app\/data\//);
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

  it('publishes the proxy, the mail page and Prometheus, to this machine only', () => {
    expect(services.flatMap(({ ports = [] }) => ports)).toEqual([
      '127.0.0.1:8000:8000',
      '127.0.0.1:8025:8025',
      '127.0.0.1:9090:9090',
    ]);
    expect(services.find(({ name }) => name === 'api')?.replicas).toBeGreaterThan(1);
  });

  it.each(named)(
    'contains %s: nothing to write to, no capability, no root, bounded logs and resources, time to stop',
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
    const others = Object.keys(set).filter((name) => !(name in environment));
    // NODE_ENV is read by Node's libraries; a secret is read from the file that NAME_FILE names.
    const files = secretSettings.map((secret) => `${secret}_FILE`);
    expect(['NODE_ENV', 'PATH', ...files]).toEqual(expect.arrayContaining(others));
    expect(() => readSettings({ ...set, DATABASE_PASSWORD_FILE: '' })).not.toThrow();
  });

  it.each(programs)('runs %s by a command that the image has', (_, { command, healthcheck }) => {
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

  it('gives the password to what runs once only: another one recreates nothing that is running', () => {
    const password = 'another-Xq7';
    const other = readCompose({ ...secrets, POSTGRES_PASSWORD: password });
    const changed = other.filter((service, index) => !isDeepStrictEqual(service, services[index]));
    expect(changed.map(({ name }) => name).sort()).toEqual(['database', 'migrate']);
    for (const { restart } of changed) expect(restart).toBe('no');
  });

  /** By the network and the volumes of the file itself. */
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
  const names = Object.keys(environment);

  it.each(names.filter((name) => !decidedHere.has(name)))('hands %s of .env on to a program', (name) => {
    const given = readCompose({ ...secrets, [name]: 'a value of its own' });
    expect(given.map((service) => service.environment[name])).toContain('a value of its own');
    if (secretSettings.some((secret) => secret === name))
      expect(
        readCompose({ ...secrets, [`${name}_FILE`]: './secret' }).map(
          (service) => service.environment[`${name}_FILE`],
        ),
      ).toContain(`/run/secrets/${name.toLowerCase()}`);
  });

  it.each([...decidedHere])('lets no line of .env change %s', (name) => {
    expect(names).toContain(name);
    expect(readCompose({ ...secrets, [name]: 'a value of its own' })).toEqual(services);
  });

  it('grants a stop the time of the largest SHUTDOWN_GRACE_MS, and ten seconds', () => {
    const [largest] = [60, 61].filter((seconds) => !isValid('SHUTDOWN_GRACE_MS', `${seconds * 1_000}`));
    expect(largest).toBe(61);
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
    expect(stages.map(([from]) => from?.[1].split(' ')[0])).toEqual([
      '${NODE}',
      '${NODE}',
      '${NODE}',
      'scratch',
    ]);
  });

  it('needs no front end from a registry', () => {
    expect(readFileSync(join(repository, 'Dockerfile'), 'utf8')).not.toMatch(/^#\s*syntax\s*=/im);
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

describe('ops/nginx.conf', () => {
  const text = readFileSync(join(repository, 'ops/nginx.conf'), 'utf8');

  it('answers what it refuses in the one envelope, with the status in it', () => {
    const answers = [...text.matchAll(/return (\d+) '(.*)';/g)];
    const codes = answers.map(([, status]) => Number(status));
    expect(codes).toEqual(expect.arrayContaining([400, 408, 413, 414, 431, 500, 501, 503, 505]));
    for (const [, status, body = ''] of answers) {
      const detail: unknown = expect.any(String);
      expect(JSON.parse(body)).toEqual({ status_code: Number(status), detail, error: 'HTTPException' });
      expect(Object.keys(JSON.parse(body) as object)).toEqual(['status_code', 'detail', 'error']);
    }
    const sent = [...text.matchAll(/error_page [\d ]+(?:=\d+ )?\/_proxy\/(\d+);/g)].map(([, code]) =>
      Number(code),
    );
    for (const code of sent) expect(codes).toContain(code);
  });

  it('repeats the POSTs that it names as safe to repeat, and no other', () => {
    const listed = /^ *'~\^POST \(?(.+)\$' 1;$/gm;
    const patterns = [...text.matchAll(listed)].map(([, pattern]) => new RegExp(`^${pattern}$`));
    const [, place = ''] = /location ~ (\^\/user\S+) \{/.exec(text) ?? [];
    const isListed = (path: string) => patterns.some((pattern) => pattern.test(path));
    for (const path of [
      '/user',
      '/user/',
      '/user/signin',
      '/user/signin/',
      '/user/activate/',
      '/user/deactivate/',
    ])
      expect([path, isListed(path), new RegExp(place).test(path)]).toEqual([path, true, true]);
    for (const path of ['/', '/users/', '/user/signin/more', '/user/other/', '/products/'])
      expect([path, isListed(path), new RegExp(place).test(path)]).toEqual([path, false, false]);
  });
});

interface Result {
  readonly messages: readonly { readonly rule: string }[];
}

/** The rules that the file breaks. Those about the order of keys are not ours, nor is the
 * one against an image that is built and named: the name is how other services use it. */
function faultsOf(text: string): string[] {
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
