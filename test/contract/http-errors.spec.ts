// Real: the HTTP rules and the logger, which writes into memory. Fake: the controller and the errors that it throws.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post } from '@nestjs/common';
import { UnavailableError } from '../../src/ddd/repository/index.js';
import { type Program, startProgram } from './http-program.js';
import { Public } from '../../src/http/access/access.decorators.js';

const secret = 'hunter2';
const email = 'john@example.com';

/** An error as a database driver raises it, with the values of the statement. */
class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly code = 'SQLITE_CONSTRAINT';
  readonly query = `INSERT INTO user VALUES ('${secret}')`;
  readonly parameters = [email, secret];
  readonly detail = `Key (email)=(${email}) exists`;
}

@Controller('fault')
@Public()
class ErrorController {
  @Post()
  fail(): never {
    throw new Error(`No room for ${email}`, { cause: new DriverError('constraint failed') });
  }

  @Post('unavailable')
  unavailable(): never {
    throw new UnavailableError('user', { cause: new DriverError('database is locked') });
  }
}

let program: Program;
beforeEach(async () => (program = await startProgram({ controllers: [ErrorController] })));
afterEach(() => program.app.close());

function post(path: string) {
  return fetch(`${program.url}${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Request-Id': 'req-1',
      Authorization: `Bearer ${secret}`,
    },
    body: JSON.stringify({ email, password: secret }),
  });
}

describe('An unhandled fault', () => {
  it('is a 500 that reveals nothing about the cause', async () => {
    const response = await post('/fault');

    expect(response.status).toBe(500);
    expect(await response.text()).toBe(
      JSON.stringify({ status_code: 500, detail: 'Internal Server Error', error: 'HTTPException' }),
    );
  });

  it('is logged once, with its chain of causes, under the id of the request', async () => {
    await (await post('/fault')).text();

    expect(program.log()).toHaveLength(1);
    expect(program.log()[0]).toMatchObject({
      level: 'error',
      id: 'req-1',
      method: 'POST',
      path: '/fault',
      status: 500,
      duration: expect.any(Number),
      err: {
        type: 'Error',
        message: 'No room for ***',
        stack: expect.stringContaining('http-errors.spec'),
        cause: { type: 'DriverError', message: 'constraint failed', code: 'SQLITE_CONSTRAINT' },
      },
    });
  });

  it('is logged without what the client sent or the driver attaches to its errors', async () => {
    await (await post(`/fault?token=${secret}`)).text();

    expect(program.logText()).not.toContain(secret);
    expect(program.logText()).not.toContain(email);
  });
});

describe('The log', () => {
  it('warns of a 503 in one line, with its reason and without a stack', async () => {
    await (await post('/fault/unavailable')).text();

    expect(program.log()).toMatchObject([
      { level: 'warn', status: 503, reason: { cause: { message: 'database is locked' } } },
    ]);
    expect(program.logText()).not.toContain('stack');
  });

  it('has one line for any other request, with the documented fields only', async () => {
    await (
      await fetch(`${program.url}/echo?token=${secret}`, { headers: { 'X-Request-Id': 'req-2' } })
    ).text();

    expect(program.log()).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        id: 'req-2',
        method: 'GET',
        path: '/echo',
        status: 200,
        duration: expect.any(Number),
        msg: 'request completed',
      },
    ]);
  });

  it('masks e-mail addresses in paths', async () => {
    await (await fetch(`${program.url}/user/${email}`)).text();
    await (await fetch(`${program.url}/user/john%40example.com`)).text();

    expect(program.log().map(({ path }) => path)).toEqual(['/user/***', '/user/***']);
  });
});
