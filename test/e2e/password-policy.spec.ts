/**
 * The policy of passwords over HTTP, and what a start in production says of it.
 * Real: the app, SQLite, the list of common passwords; the program as a process. Fake: nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningService } from '../support/running-service.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

const john = { name: 'John', surname: 'Doe', email: 'john.appleseed.junior@example.com' };

describe('POST /user/ with PASSWORD_POLICY=nist', () => {
  const database = useDatabase('sqlite');
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp({ database: database.url, variables: { PASSWORD_POLICY: 'nist' } });
  });
  afterAll(() => app.close());

  it.each([
    ['a'.repeat(14), 'string_too_short', 'Must have at least 15 characters'],
    // 14 characters once composed.
    ['e\u0301'.repeat(14), 'string_too_short', 'Must have at least 15 characters'],
    ['a'.repeat(15), 'password_guessable', 'Must not repeat one character'],
    ['passwordpassword', 'password_guessable', 'Must not be a common or leaked password'],
    [
      'JOHN.appleseed.junior@example.com',
      'password_guessable',
      'Must not be the e-mail address or the name of the service',
    ],
    [15, 'string_type', 'Must be a string'],
  ])('refuses %j as %s', async (password, type, msg) => {
    const { status, text } = await app.post('/user/', { ...john, password });

    expect(status).toBe(400);
    expect(JSON.parse(text).detail).toEqual({ password: { type, loc: ['password'], msg } });
  });

  it('accepts 15 characters that are not guessed first, and lets any password that was chosen sign in', async () => {
    const password = 'xe\u0301'.repeat(7) + '🐎';
    expect((await app.post('/user/', { ...john, password })).status).toBe(200);
    const composed = { email: john.email, password: password.normalize('NFC') };
    expect((await app.post('/user/activate/', composed)).status).toBe(200);
    expect((await app.post('/user/signin/', { ...composed, password: '123456' })).status).toBe(401);
  });

  it('says in the document how long a password must be', async () => {
    const document = JSON.parse((await app.send('/schema/')).text);
    expect(document.components.schemas.UserDetails.properties.password.minLength).toBe(15);
  });
});

describe('A start in production', () => {
  const starts = async (variables: Record<string, string>) => {
    const service = await RunningService.start({ NODE_ENV: 'production', ...variables });
    await service.stop();
    return service.program.output.split('\n').filter((line) => line.includes('PASSWORD_POLICY'));
  };

  it('warns once while PASSWORD_POLICY=page is in force, and not with nist', async () => {
    const [warning, ...others] = await starts({});
    expect(others).toEqual([]);
    expect(JSON.parse(warning ?? '{}')).toMatchObject({
      msg: expect.stringContaining('PASSWORD_POLICY=nist'),
    });
    expect(await starts({ PASSWORD_POLICY: 'nist' })).toEqual([]);
  });
});
