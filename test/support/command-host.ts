/**
 * A process that runs one command of src/cli after another, each with its own arguments, settings and folder. Node needs
 * a second to load what a command imports: here it is loaded once.
 */
import { pathToFileURL } from 'node:url';

export interface CommandOrder {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly variables: NodeJS.ProcessEnv;
}

export interface CommandResult {
  readonly code: number;
  /** Of both streams, in the order in which it was written. */
  readonly output: string;
}

let runs = 0;
let running: Promise<void> = Promise.resolve();

process.on('message', (order: CommandOrder) => {
  // One at a time, because the arguments, the environment and the working directory belong to the process.
  running = running.then(async () => void process.send?.(await run(order)));
});

async function run({ path, args, cwd, variables }: CommandOrder): Promise<CommandResult> {
  const written = divertOutput();
  process.chdir(cwd);
  process.argv = [process.execPath, path, ...args];
  process.env = variables;
  process.exitCode = undefined;
  try {
    // The query makes it another module, which is evaluated again; what it imports stays loaded.
    await import(`${pathToFileURL(path).href}?run=${++runs}`);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return { code: Number(process.exitCode ?? 0), output: written.join('') };
}

function divertOutput(): string[] {
  const written: string[] = [];
  const write = (text: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    written.push(typeof text === 'string' ? text : Buffer.from(text).toString());
    for (const callback of rest) if (typeof callback === 'function') callback();
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
  // A command exits when it has written everything: that is its end here, too.
  process.exit = ((code?: number) => void (process.exitCode = code)) as typeof process.exit;
  return written;
}
