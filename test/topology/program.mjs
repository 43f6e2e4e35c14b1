import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { endWithUs } from './end-with-us.mjs';

const run = promisify(execFile);

/** One process of our image: started, asked for its health and stopped as a container engine does it. */
export class Program {
  lines = [];

  constructor(name, { command, env, cwd, owner, healthcheck }) {
    Object.assign(this, { name, command, env, cwd, owner, healthcheck });
  }

  start() {
    const [program, ...args] = this.command;
    this.child = spawn(program, args, { cwd: this.cwd, env: this.env, ...this.owner });
    endWithUs(this.child, 'SIGKILL');
    this.ended = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr])
      stream.setEncoding('utf8').on('data', (text) => this.lines.push(...text.split('\n').filter(Boolean)));
  }

  get isRunning() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Runs the health check of the service until it succeeds once. */
  async healthy() {
    const [, program, ...args] = this.healthcheck;
    for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
      if (!this.isRunning) throw new Error(`${this.name} ended before it was healthy`);
      const { cwd, env, owner } = this;
      if (
        await run(program, args, { cwd, env, ...owner }).then(
          () => true,
          () => false,
        )
      )
        return;
      await new Promise((again) => setTimeout(again, 100));
    }
    throw new Error(`${this.name} did not become healthy`);
  }

  /** Waits for a one-off program. */
  async completed() {
    const [code, signal] = await this.ended;
    if (code !== 0) throw new Error(`${this.name} ended with ${signal ?? `code ${code}`}`);
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** SIGTERM, and at most the stop grace period of the file. */
  async stop(grace) {
    this.child.kill('SIGTERM');
    const limit = setTimeout(() => this.child.kill('SIGKILL'), grace);
    await this.completed();
    clearTimeout(limit);
  }

  /** Waits until it has answered this many more requests. */
  async served(more) {
    const before = this.requests;
    for (const deadline = Date.now() + 60_000; this.requests < before + more;) {
      if (Date.now() > deadline) throw new Error(`${this.name} is given no requests`);
      await new Promise((again) => setTimeout(again, 5));
    }
  }

  /** How many requests it has logged as answered. */
  get requests() {
    return this.lines.filter((line) => line.includes('"msg":"request completed"') && line.includes('/user/'))
      .length;
  }
}
