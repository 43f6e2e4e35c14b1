import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningProgram } from '../support/program.js';

const everyMs = 1_000;
const pageBytes = 4_096;
const keptOutput = 100_000;

/** What a process used at a moment. */
interface Sample {
  readonly memoryMib: number;
  readonly handles: number;
}

/** The size of something that grows with the accounts, at a moment. */
export interface Size {
  readonly bytes: number;
  readonly accounts: number;
}

/** Records, once a second, what a process, the record of sent mails and the database use. Needs Linux. */
export class Usage {
  readonly samples: Sample[] = [];
  readonly sizes = { database: [] as Size[], 'record of sent mails': [] as Size[] };

  constructor(
    private readonly program: RunningProgram,
    private readonly mailFolder: string,
    private readonly ask: {
      readonly bytesOfDatabase: () => Promise<number>;
      readonly accounts: () => number;
    },
  ) {}

  async record(isOver: () => boolean): Promise<void> {
    for (; !isOver(); await pause(everyMs)) {
      const [, pages] = (await readFile(`/proc/${this.program.pid}/statm`, 'utf8')).split(' ');
      const { length: handles } = await readdir(`/proc/${this.program.pid}/fd`);
      this.samples.push({ memoryMib: (Number(pages) * pageBytes) / 2 ** 20, handles });
      const accounts = this.ask.accounts();
      this.sizes['record of sent mails'].push({ bytes: await bytesIn(this.mailFolder), accounts });
      // While it restarts, it has no size.
      const bytes = await this.ask.bytesOfDatabase().catch(() => undefined);
      if (bytes !== undefined) this.sizes.database.push({ bytes, accounts });
      this.program.output = this.program.output.slice(-keptOutput);
    }
  }
}

/** Of the files below a folder. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = entries.map((entry) =>
    stat(join(folder, entry)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
