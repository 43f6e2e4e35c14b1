import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';

const probe = join(import.meta.dirname, 'probe.mjs');
const maxStartMs = 60_000;
const maxStopMs = 20_000;

/** A program under test: a process of its own, with the probe inside. */
export class Program {
  /** @type {import('node:child_process').ChildProcess} */
  child;
  /** @type {string} */
  name;
  /** @type {string} */
  folder;
  /** @type {string} The file that its output goes to. */
  log;
  /** @type {string} */
  url;
  /** @type {number} */
  readyAfter;
  #requested = 0;

  constructor(child, about) {
    Object.assign(this, { child, ...about });
    this.ended = once(child, 'exit');
  }

  /** Starts it in a folder of its own with nothing of this environment but PATH. */
  static async start({ name, file, folder, variables = {}, nodeOptions = [] }) {
    await mkdir(folder, { recursive: true });
    const log = join(folder, 'output.log');
    const output = openSync(log, 'a');
    const { PATH, HOME } = process.env;
    const child = fork(file, {
      cwd: folder,
      env: { PATH, HOME, ...variables },
      execArgv: ['--import', probe, ...nodeOptions],
      stdio: ['ignore', output, output, 'ipc'],
    });
    return new Program(child, { name, folder, log });
  }

  /** Like `start`, and waits until it reports that it takes calls. */
  static async open(options) {
    const program = await Program.start(options);
    await program.#responseTo(({ called }) => called === 0);
    return program;
  }

  /**
   * Like `start`, and waits until `GET path` answers 200; `readyAfter` is then the number of milliseconds since the start.
   * @param {{ path?: string, port?: number, name: string, file: string, folder: string,
   *   variables?: object, nodeOptions?: string[] }} options
   */
  static async serve({ path = '/', port, ...options }) {
    const taken = port ?? (await freePort());
    const started = performance.now();
    const program = await Program.start({
      ...options,
      variables: { ...options.variables, PORT: String(taken) },
    });
    program.url = `http://127.0.0.1:${taken}`;
    await program.#untilServing(path);
    program.readyAfter = performance.now() - started;
    return program;
  }

  /** @returns microseconds of processor time so far */
  cpu() {
    return this.#ask('cpu');
  }

  /** @returns bytes, resident and peak */
  memory() {
    return this.#ask('memory');
  }

  /** @returns bytes resident of it and the processes that it started */
  family() {
    return this.#ask('family');
  }

  forgetPeak() {
    return this.#ask('forgetPeak');
  }

  /** Sends a message and waits for the response with its id. */
  async call(message) {
    const id = ++this.#requested;
    const response = this.#responseTo((received) => received.called === id);
    this.child.send({ ...message, id });
    const { result, error } = await response;
    if (error) throw new Error(`${this.name}: ${error}`);
    return result;
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const force = setTimeout(() => this.child.kill('SIGKILL'), maxStopMs);
    this.child.kill('SIGTERM');
    await this.ended;
    clearTimeout(force);
  }

  async #ask(question) {
    const id = ++this.#requested;
    const response = this.#responseTo((received) => received.probe === id);
    this.child.send({ probe: question, id });
    return (await response).response;
  }

  #responseTo(isIt) {
    return new Promise((resolve, reject) => {
      const listen = (received) => {
        if (!isIt(received)) return;
        this.child.off('message', listen).off('exit', fail);
        resolve(received);
      };
      const fail = () => reject(this.#failure('ended'));
      this.child.on('message', listen).once('exit', fail);
    });
  }

  async #untilServing(path) {
    for (const deadline = Date.now() + maxStartMs; Date.now() < deadline; await pause(2)) {
      if (this.child.exitCode !== null) throw this.#failure('ended before it was ready');
      try {
        const { statusCode, body } = await request(this.url + path);
        await body.dump();
        if (statusCode === 200) return;
      } catch (error) {
        if (error.code !== 'ECONNREFUSED') throw error;
      }
    }
    throw this.#failure(`did not respond within ${maxStartMs} ms`);
  }

  #failure(what) {
    return new Error(`${this.name} ${what}. Its output:\n${readFileSync(this.log, 'utf8').slice(-2_000)}`);
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
