import type { WriteStream } from 'node:tty';

/** Time between two lines. */
const pauseMs = 500;

/** Shows progress: one line that is rewritten on a terminal, otherwise a line at intervals. */
export function progressOn(stream: WriteStream): (what: string, done: number, of: number) => void {
  let lastMs = 0;
  return (what, done, of) => {
    const nowMs = Date.now();
    if (done < of && nowMs - lastMs < pauseMs) return;
    lastMs = nowMs;
    const line = `${what} ${done} of ${of}`;
    const end = done < of ? '\r' : '\n';
    stream.write(stream.isTTY ? `\u001b[2K${line}${end}` : `${line}\n`);
  };
}
