/**
 * ops/nginx.conf. Real: the file. Fake: nginx is not started; `npm run topology` and `npm run test:compose` do that.
 */
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

describe('ops/nginx.conf', () => {
  const text = readFileSync(resolve('ops/nginx.conf'), 'utf8');

  it('answers refused requests with the envelope and its status', () => {
    const responses = [...text.matchAll(/return (\d+) '(.*)';/g)];
    const codes = responses.map(([, status]) => Number(status));
    expect(codes).toEqual(expect.arrayContaining([400, 408, 413, 414, 431, 500, 501, 503, 505]));
    for (const [, status, body = ''] of responses) {
      const detail: unknown = expect.any(String);
      expect(JSON.parse(body)).toEqual({ status_code: Number(status), detail, error: 'HTTPException' });
      expect(Object.keys(JSON.parse(body) as object)).toEqual(['status_code', 'detail', 'error']);
    }
    const sent = [...text.matchAll(/error_page [\d ]+(?:=\d+ )?\/_proxy\/(\d+);/g)].map(([, code]) =>
      Number(code),
    );
    for (const code of sent) expect(codes).toContain(code);
  });

  it('retries only the POST requests that it lists as safe to repeat', () => {
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
