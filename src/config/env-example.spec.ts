// Real: .env.example, the list of settings, and Node's own reader of .env files. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { environment, readEnvironment } from './environment.js';

type Name = keyof typeof environment;

const file = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
const names = Object.keys(environment) as Name[];

const entries = [
  ...file.matchAll(
    /^# (.+)\n(?:# (Not set by default|Depends on the machine); for example:\n)?# ([A-Z0-9_]+)=(.*)$/gm,
  ),
].map(([, meaning = '', why, name = '', value = '']) => ({ name: name as Name, meaning, why, value }));

const isUnset = (value: unknown) => value === undefined || (value instanceof Map && value.size === 0);

describe('.env.example', () => {
  it('has every setting once, in the order of environment.ts', () => {
    expect(entries.map(({ name }) => name)).toEqual(names);
  });

  it('sets nothing as it stands', () => {
    expect(file.split('\n').filter((line) => line && !line.startsWith('#'))).toEqual([]);
  });

  it.each(entries)('explains $name as environment.ts does', ({ name, meaning }) => {
    expect(meaning).toBe(environment[name].desc);
  });

  it.each(entries.filter(({ why }) => !why))('gives $name its default', ({ name, value }) => {
    expect(readEnvironment({ [name]: value })[name]).toEqual(readEnvironment({})[name]);
  });

  it.each(entries.filter(({ why }) => why))(
    'gives $name its example, for it has no fixed default',
    ({ name, value }) => {
      expect(value).toBe(environment[name].example);
    },
  );

  it('says of exactly the settings without a default that they are not set', () => {
    const unset = names.filter((name) => isUnset(environment[name].default));
    expect(entries.filter(({ why }) => why === 'Not set by default').map(({ name }) => name)).toEqual(unset);
    expect(entries.filter(({ why }) => why === 'Depends on the machine').map(({ name }) => name)).toEqual([
      'PASSWORD_CONCURRENCY',
    ]);
  });

  it('is valid with every line switched on, read as Node reads it', () => {
    const given = parseEnv(file.replace(/^# (?=[A-Z0-9_]+=)/gm, ''));
    expect(given).toEqual(Object.fromEntries(entries.map(({ name, value }) => [name, value])));
    expect(() => readEnvironment(given)).not.toThrow();
  });
});
