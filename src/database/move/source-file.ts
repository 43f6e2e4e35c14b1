import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { MoveError } from './move.errors.js';

/** Files that SQLite keeps beside a database while a program has it open; a killed program leaves them behind. */
const traces = ['-wal', '-journal'];

/** The database file that is moved: verified to be closed, and to stay unchanged. */
export class SourceFile {
  private constructor(
    readonly path: string,
    private readonly digest: string,
  ) {}

  /** @throws MoveError when there is no such file, or a program has it open */
  static async of(path: string): Promise<SourceFile> {
    if (!existsSync(path)) throw new MoveError('--from', `names a file that does not exist: ${path}`);
    refuseOpened(path);
    return new SourceFile(path, await digestOf(path));
  }

  /** @throws MoveError when a program opened it meanwhile, or wrote to it */
  async refuseChanged(): Promise<void> {
    refuseOpened(this.path);
    if ((await digestOf(this.path)) !== this.digest)
      throw new MoveError(
        '--from',
        `was written to meanwhile: stop the service that uses ${this.path}, and run the move again`,
      );
  }
}

function refuseOpened(path: string): void {
  const trace = traces.map((suffix) => path + suffix).find((file) => existsSync(file));
  if (trace)
    throw new MoveError(
      '--from',
      `is in use: there is ${trace}. Stop the service that uses the file. If none runs, one was killed: start it once ` +
        'and stop it with Ctrl-C, so that it checkpoints the file',
    );
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
