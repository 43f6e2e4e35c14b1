import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from '@jest/globals';
import type { RunningProgram } from '../support/program.js';
import { until } from '../support/until.js';
import { patternOf, stepsIn } from '../support/walk.js';
import type { Step } from '../support/walk.js';
import type { RepositoryCopy } from './repository-copy.js';

interface Block {
  readonly language: string;
  /** The path of the file. */
  readonly path: string;
  readonly text: string;
}

const patience = 60_000;

/**
 * Executes a guide block by block: `sh` is typed, `ts` and `js` with a path are new files, `diff` with a path
 * changes one. `npm start` starts the program anew; a command that ends with `&` runs on.
 */
export class GuideWalk {
  #program?: RunningProgram;
  readonly #background: ChildProcess[] = [];

  /** @param ports maps the ports of the guide to the real ones */
  constructor(
    private readonly copy: RepositoryCopy,
    private readonly ports: Record<string, string>,
  ) {}

  async follow(guide: string): Promise<void> {
    for (const block of blocksIn(guide)) await this.#do(block);
  }

  async end(): Promise<void> {
    for (const process of this.#background)
      if (process.exitCode === null && process.kill('SIGKILL')) await once(process, 'close');
    await this.#stop();
  }

  async #do({ language, path, text }: Block): Promise<void> {
    if (language === 'sh') for (const step of stepsIn(text)) await this.#type(step);
    else if (!path) throw new Error(`A block of ${language} names no file: ${text}`);
    else if (language === 'diff')
      await this.copy.write(path, changed(await this.copy.read(path), text, path));
    else await this.copy.write(path, text);
  }

  async #type({ command, printed }: Step): Promise<void> {
    const [, variables, isStart] = /^((?:[A-Z_]+=\S+ )*)(npm start)$/.exec(command) ?? [];
    if (isStart) return this.#start(variables ?? '');
    if (command.endsWith(' &')) return this.#runOn(command);
    const real = this.#withPorts(command);
    const [service] = /localhost:(?!8000)\d+/.exec(command) ?? [];
    // What arrives after the response is polled; everything else is typed once.
    if (service && printed)
      await until(
        `${command} prints ${printed}`,
        async () => patternOf(printed).test((await this.copy.run(real)).stdout),
        patience,
      );
    const { code, stdout, output } = await this.copy.run(real);
    expect([command, code, code && output]).toEqual([command, 0, 0]);
    if (printed) expect(stdout).toMatch(patternOf(printed));
  }

  async #start(given: string): Promise<void> {
    await this.#stop();
    const variables = given.split(' ').filter(Boolean);
    this.#program = await this.copy.startProgram(
      Object.fromEntries(
        variables.map((text) => this.#withPorts(text).split(/=(.*)/s).slice(0, 2) as [string, string]),
      ),
    );
    const [, port = ''] = await this.#program.said(/API http:\/\/127\.0\.0\.1:(\d+)\//);
    this.ports['8000'] = port;
  }

  async #runOn(command: string): Promise<void> {
    const [program = '', ...parameters] = this.#withPorts(command.slice(0, -2)).split(' ');
    const child = spawn(program, parameters, {
      cwd: this.copy.folder,
      env: { PATH: process.env['PATH'], PORT: this.ports['9000'] },
    });
    this.#background.push(child);
    await once(child.stdout, 'data');
  }

  async #stop(): Promise<void> {
    this.#program?.kill('SIGKILL');
    await this.#program?.ended;
  }

  #withPorts(text: string): string {
    return text.replaceAll(/(?<=localhost:)\d+/g, (port) => this.ports[port] ?? port);
  }
}

function blocksIn(guide: string): Block[] {
  return [...guide.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', path = '', text = '']) => ({ language, path, text }),
  );
}

/** Tables are compared without their padding, which follows the widest row. */
const unpadded = (text: string) => text.replace(/ +\|$/gm, ' |').replace(/(?<=\S) {2,}\|/g, ' |');

/** The file with a change applied where its unchanged and removed lines are, which must be exactly one place. */
function changed(original: string, patch: string, path: string): string {
  const [file, diff] = path.endsWith('.md') ? [unpadded(original), unpadded(patch)] : [original, patch];
  const lines = diff.replace(/\n$/, '').split('\n');
  const side = (sign: string) =>
    lines
      .filter((line) => line === '' || line.startsWith(' ') || line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const parts = file.split(side('-'));
  if (parts.length !== 2)
    throw new Error(`${path} has ${parts.length - 1} places for this change, not one:\n${diff}`);
  return parts.join(side('+'));
}
