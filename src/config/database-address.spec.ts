import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  databasePasswordErrors,
  parseDatabaseAddress,
  postgresUrls,
  redactPassword,
  withPassword,
} from './database-address.js';

const password = 'p q%zz@/&+ü';

describe('A password that is set beside DATABASE_URL', () => {
  it.each([
    ['postgres://me@db.example/accounts', 'db.example'],
    ['postgres://me@[::1]:5432/accounts', '::1'],
    ['postgres://me@/accounts?host=/run/postgresql', '/run/postgresql'],
    ['postgres:///accounts?host=/run/postgresql&user=me', '/run/postgresql'],
  ])('reaches the driver unchanged through %s, and appears in no log', (text, host) => {
    const address = parseDatabaseAddress(text);
    expect(databasePasswordErrors(address, password)).toEqual({});
    const { url } = withPassword(address, password) as { url: string };
    expect(new pg.Client({ connectionString: url })).toMatchObject({
      host,
      user: 'me',
      database: 'accounts',
      password,
    });
    expect(redactPassword(url)).not.toMatch(/p%20q|zz/);
  });

  it.each([
    'postgres://me:other@db.example/accounts',
    'postgres://me:other@/accounts?host=/run/postgresql',
    'postgres://me@db.example/accounts?password=other',
  ])('is refused when %s has one too', (text) => {
    expect(databasePasswordErrors(parseDatabaseAddress(text), password).DATABASE_PASSWORD?.message).toMatch(
      /^must not be set when DATABASE_URL has a password/,
    );
  });
});

describe('DATABASE_URL', () => {
  it.each(['disabled', 'allow', '', 'Require'])(
    'with sslmode=%s is refused with the list of modes',
    (mode) => {
      expect(() => parseDatabaseAddress(`postgres://me:geheim@db.example/accounts?sslmode=${mode}`)).toThrow(
        /^has an unknown sslmode: it must be one of disable, prefer, .*verify-full/,
      );
    },
  );

  it.each(['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'])(
    'may have sslmode=%s',
    (mode) => {
      const url = `postgres://me:geheim@db.example/accounts?sslmode=${mode}`;
      expect(parseDatabaseAddress(url)).toEqual({ kind: 'postgres', url });
    },
  );

  it.each(['sslrootcert', 'sslcert', 'sslkey'])(
    'with a missing file in %s names the parameter and the file',
    (parameter) => {
      const text = `postgres://me:geheim@db.example/accounts?sslmode=verify-full&${parameter}=/nowhere/ca.pem`;
      expect(() => parseDatabaseAddress(text)).toThrow(
        `names a file that cannot be read in ${parameter}: /nowhere/ca.pem (ENOENT)`,
      );
    },
  );

  it.each([
    ['a,b', ['a', 'b']],
    ['a:5432,b:5433', ['a:5432', 'b:5433']],
    ['[::1]:5432,b,c', ['[::1]:5432', 'b', 'c']],
  ])('may name several servers, as in %s', (hosts, each) => {
    const of = (host: string) => `postgres://me:p%40q,r@${host}/accounts?target_session_attrs=read-write`;
    expect(parseDatabaseAddress(of(hosts))).toEqual({ kind: 'postgres', url: of(hosts) });
    expect(postgresUrls(of(hosts))).toEqual(each.map(of));
    expect(redactPassword(of(hosts))).not.toContain('q,r');
  });

  it.each(['a,,b', 'a,', ',b', 'a:5432,b:port'])('with the hosts %s is refused with the syntax', (hosts) => {
    expect(() => parseDatabaseAddress(`postgres://me:geheim@${hosts}/accounts`)).toThrow(
      /^must be sqlite:PATH, .* with several hosts \(HOST:PORT,HOST:PORT\)$/,
    );
  });

  it.each(['any', 'standby', 'prefer-standby', 'read-only', ''])(
    'with target_session_attrs=%s is refused, because only a primary takes writes',
    (attributes) => {
      expect(() =>
        parseDatabaseAddress(`postgres://me@a,b/accounts?target_session_attrs=${attributes}`),
      ).toThrow(/^has an unsuitable target_session_attrs: .* must be read-write or primary$/);
    },
  );
});
