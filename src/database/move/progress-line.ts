import type { WriteStream } from 'node:tty';
import type { Progress } from './move-database.js';

/** Milliseconds between two lines. */
const pause = 500;

/** Tells how far the move is: one line that is written anew on a terminal, else a line now and then. */
export function progressOn(stream: WriteStream): Progress {
  let last = 0;
  return (step, table, rows, of) => {
    const now = Date.now();
    if (rows < of && now - last < pause) return;
    last = now;
    const line = `${table}: ${step} ${rows} of ${of}`;
    const end = rows < of ? '\r' : '\n';
    stream.write(stream.isTTY ? `\u001b[2K${line}${end}` : `${line}\n`);
  };
}
