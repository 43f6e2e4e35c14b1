import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Settings } from '../../config/settings.js';
import { loggableError } from './loggable-error.js';

/** The logger of a program: JSON lines, or readable lines on a terminal. Writes to `stream`, by default to stdout. */
export function createLogger(
  { level, format }: Settings['log'] = { level: 'info', format: 'auto' },
  stream: DestinationStream = streamFor(format),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: loggableError },
    },
    stream,
  );
}

function streamFor(format: Settings['log']['format']): DestinationStream {
  const readable = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  return readable
    ? pretty({
        sync: true,
        singleLine: true,
        translateTime: 'SYS:HH:MM:ss.l',
        colorize: process.stdout.isTTY,
      })
    : pino.destination({ dest: 1, sync: true });
}
