// Real: the logger of Nest and ours. Fake: the stream, which keeps the lines.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

let lines: string[];
const last = () => JSON.parse(lines.at(-1) ?? '{}') as unknown;

beforeEach(() => {
  lines = [];
  const logger = createLogger({ level: 'info', format: 'json' }, { write: (line) => void lines.push(line) });
  Logger.overrideLogger(new NestLogger(logger));
});
afterEach(() => Logger.overrideLogger(false));

describe('NestLogger', () => {
  const time = expect.any(String);

  it('writes a line with the name of the logger', () => {
    new Logger('Courier').log('awake');

    expect(last()).toEqual({ level: 'info', time, context: 'Courier', msg: 'awake' });
  });

  it('keeps the fields of an object', () => {
    new Logger('Courier').warn({ msg: 'slow', message: 3 });

    expect(last()).toEqual({ level: 'warn', time, context: 'Courier', msg: 'slow', message: 3 });
  });

  it('keeps an error with its stack, whatever its position', () => {
    new Logger('Courier').error('delivery failed', new Error('refused'));
    expect(last()).toMatchObject({ level: 'error', msg: 'delivery failed', err: { message: 'refused' } });

    new Logger('Courier').error(new Error('refused'));
    expect(last()).toMatchObject({ level: 'error', msg: 'refused', err: { type: 'Error' } });
  });

  it('keeps a stack that is passed as text', () => {
    new Logger('Courier').error('failed', 'Error: failed\n    at here');

    expect(last()).toMatchObject({ context: 'Courier', msg: 'failed', stack: 'Error: failed\n    at here' });
  });

  it('logs the messages of Nest about its wiring at the level debug', () => {
    new Logger('RouterExplorer').log('Mapped {/user, POST} route');

    expect(lines).toEqual([]);
  });
});
