import { describe, expect, it } from '@jest/globals';
import { withExplicitSslMode } from './ssl-mode.js';

const address = (query: string) => `postgres://me@db.example/accounts?${query}`;

describe('withExplicitSslMode', () => {
  it.each(['prefer', 'require', 'verify-ca'])('turns sslmode=%s into verify-full', (mode) => {
    expect(withExplicitSslMode(address(`sslmode=${mode}`))).toBe(address('sslmode=verify-full'));
    expect(withExplicitSslMode(address(`application_name=a&sslmode=${mode}&keepalives=1`))).toBe(
      address('application_name=a&sslmode=verify-full&keepalives=1'),
    );
  });

  it.each(['sslmode=disable', 'sslmode=no-verify', 'application_name=require', 'a=1'])(
    'keeps %s',
    (query) => {
      expect(withExplicitSslMode(address(query))).toBe(address(query));
    },
  );

  it('keeps the modes of libpq when uselibpqcompat is set', () => {
    const url = address('sslmode=require&uselibpqcompat=true');
    expect(withExplicitSslMode(url)).toBe(url);
  });
});
