// Real: files in an empty folder. Nothing is fake; the variables are given, not those of the process.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEnvironment } from './environment.js';
import { allSettings } from './sections.js';
import { secretSettings } from './secret-files.js';
import { readSettings } from './settings.js';

const postgres = 'postgres://accounts@db.example.com:5432/accounts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'accounts-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const path = join(folder, 'secret');
  writeFileSync(path, content);
  return path;
}

const exampleOf = (name: string) => allSettings.find(({ variable }) => variable === name)!.example;

/** SQLite has no password. */
const postgresWith = (name: string) => (name === 'DATABASE_PASSWORD' ? { DATABASE_URL: postgres } : {});

describe('A secret from a file', () => {
  it.each(secretSettings)('%s equals the same value in a variable, apart from the line ending', (name) => {
    const value = exampleOf(name);
    for (const content of [value, `${value}\n`, ` ${value}\r\n`])
      expect(readEnvironment({ ...postgresWith(name), [`${name}_FILE`]: fileWith(content) })).toEqual(
        readEnvironment({ ...postgresWith(name), [name]: value }),
      );
  });

  it.each(secretSettings)('is refused by name when %s is set too, empty, or cannot be read', (name) => {
    const value = exampleOf(name);
    const refusal = (variables: Record<string, string>) => {
      try {
        readEnvironment(variables);
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error('accepted');
    };
    expect(refusal({ [name]: value, [`${name}_FILE`]: fileWith(value) })).toBe(
      `${name}_FILE must not be set together with ${name}: remove one of them. ` +
        `For example: ${name}_FILE=/run/secrets/${name.toLowerCase()}`,
    );
    expect(refusal({ [`${name}_FILE`]: fileWith(' \n') })).toMatch(`${name}_FILE names a file that is empty`);
    expect(refusal({ [`${name}_FILE`]: join(folder, 'missing') })).toMatch(
      `${name}_FILE must name a file that this process can read (ENOENT)`,
    );
    expect(refusal({ [`${name}_FILE`]: folder })).toMatch(`${name}_FILE must name a file that this process`);
  });

  it('names the setting and never repeats the secret when the content is not valid', () => {
    const file = fileWith('not-a-pepper-Xq7');
    expect(() => readEnvironment({ PASSWORD_PEPPER_FILE: file })).toThrow(/^PASSWORD_PEPPER must be/);
    expect(() => readEnvironment({ PASSWORD_PEPPER_FILE: file })).not.toThrow(/Xq7/);
  });

  it('exists for every setting that holds a secret, and .env.example names each', () => {
    const secret = allSettings
      .filter(
        ({ variable, example }) =>
          /PASSWORD$|PEPPER|SECRET|TOKEN$/.test(variable) || /:[^/@]+@/.test(example),
      )
      .map(({ variable }) => variable);
    expect([...secretSettings]).toEqual(expect.arrayContaining(secret));
    const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
    for (const name of secretSettings) expect(text).toContain(`${name}_FILE`);
  });
});

describe('DATABASE_PASSWORD', () => {
  it('holds any character, and becomes part of the address unchanged', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() === text && text !== ''),
        (password) => {
          const { address } = readSettings({ DATABASE_URL: postgres, DATABASE_PASSWORD: password }).database;
          const url = new URL(address.kind === 'postgres' ? address.url : '');
          expect(decodeURIComponent(url.password)).toBe(password);
          url.password = '';
          expect(url.href).toBe(postgres);
        },
      ),
    );
  });

  it.each([
    [
      'postgres://accounts@/accounts?host=/run/postgresql',
      'postgres://accounts:a%2Fb@/accounts?host=/run/postgresql',
    ],
    ['postgres://accounts:@db/accounts', 'postgres://accounts:a%2Fb@db/accounts'],
    ['postgresql://db:5433/accounts', 'postgresql://:a%2Fb@db:5433/accounts'],
  ])('reaches %s', (given, url) => {
    const { address } = readSettings({ DATABASE_URL: given, DATABASE_PASSWORD: 'a/b' }).database;
    expect(address).toEqual({ kind: 'postgres', url });
  });

  it.each([
    'postgres://a:secret-Xq7@/accounts?host=/run/postgresql',
    'postgres://a@db/accounts?password=secret-Xq7',
  ])('is refused beside the password in %s', (given) => {
    expect(() => readSettings({ DATABASE_URL: given, DATABASE_PASSWORD: 'other' })).toThrow(
      /^DATABASE_PASSWORD must not be set/,
    );
  });

  it('is refused by name beside an address that has a password', () => {
    expect(() =>
      readSettings({ DATABASE_URL: 'postgres://a:secret-Xq7@db/accounts', DATABASE_PASSWORD: 'other' }),
    ).toThrow(/^DATABASE_PASSWORD must not be set when DATABASE_URL has a password: remove one of them/);
  });

  it('is ignored on SQLite', () => {
    const { address } = readSettings({ DATABASE_PASSWORD: 'secret' }).database;
    expect(address).toEqual(readSettings({}).database.address);
  });
});
