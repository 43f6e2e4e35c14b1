import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from './program.mjs';
import { subjects } from './subjects.mjs';

/** The number of accounts that every program gets for sign-ins. */
const accounts = 10;

/** Runs a measurement: starts programs and load, and cleans up afterwards. */
export class Lab {
  /** @type {Program} The program that sends the load. */
  generator;
  /** @type {string} Where the programs send their notifications. */
  notifyAt;
  /** @type {string} */
  folder;
  /** @type {number} */
  rounds;
  /** @type {number} */
  seconds;
  /** @type {string[]} */
  peers;
  #started = [];
  #folders = 0;

  static async open({ rounds, seconds, peers }) {
    const lab = new Lab();
    const folder = await mkdtemp(join(tmpdir(), 'account-service-bench-'));
    Object.assign(lab, { rounds, seconds, peers, folder });
    lab.generator = await lab.open({
      name: 'the load generator',
      file: join(import.meta.dirname, 'generator.mjs'),
    });
    lab.notifyAt = await lab.generator.call({ call: 'receive' });
    return lab;
  }

  /** A new, empty folder. */
  newFolder() {
    return join(this.folder, String(++this.#folders));
  }

  /** Starts a program that takes calls. */
  async open(options) {
    const program = await Program.open({ folder: this.newFolder(), ...options });
    this.#started.push(program);
    return program;
  }

  /** Starts one of the subjects and waits until it serves. */
  async serve(name, { folder = this.newFolder(), nodeOptions = [], ...options } = {}) {
    const subject = await subjects[name]({ notifyAt: this.notifyAt, ...options });
    const flags = [...(subject.nodeOptions ?? []), ...nodeOptions];
    const program = await Program.serve({ name, folder, ...subject, nodeOptions: flags });
    this.#started.push(program);
    return Object.assign(program, { about: subject.about, mustActivate: subject.mustActivate });
  }

  /** As `serve`, with a few active accounts. */
  async serveAccounts(name, options) {
    const program = await this.serve(name, options);
    await this.makeAccounts(program, { prefix: 'member', count: accounts });
    await this.load([this.signIns(program, { inFlight: 4 })], { seconds: 1 });
    return program;
  }

  async makeAccounts(program, { prefix, count }) {
    const about = { prefix };
    for (const stream of [
      this.signUps(program, { prefix }),
      ...(program.mustActivate ? [{ name: 'activate', url: program.url, request: 'activate', about }] : []),
    ]) {
      const { responses } = (await this.load([stream], { seconds: 60, count })).streams[stream.name];
      if (responses[200]?.count !== count)
        throw new Error(`${program.name}: ${stream.name} answered ${JSON.stringify(responses)}`);
    }
  }

  signIns(program, options) {
    const about = { prefix: 'member', accounts, ...program.about.signIn };
    return { name: 'sign in', url: program.url, request: 'sign in', about, ...options };
  }

  /** Each of these needs its own prefix. */
  signUps(program, { prefix, ...options }) {
    const about = { prefix, ...program.about.signUp };
    return { name: 'sign up', url: program.url, request: 'sign up', about, ...options };
  }

  /**
   * Sends the streams of load concurrently.
   * @param {object[]} streams
   * @param {{ seconds?: number, count?: number }} [limit]
   */
  load(streams, { seconds = this.seconds, count } = {}) {
    return this.generator.call({ call: 'load', argument: { streams, seconds, count } });
  }

  /** Measures every subject in turn, round by round. @returns for each subject the results of its rounds */
  async interleaved(names, measure) {
    const results = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round < this.rounds; round++)
      for (const name of round % 2 ? [...names].reverse() : names)
        results[name].push(await measure(name, round));
    return results;
  }

  async stop(...programs) {
    for (const program of programs) {
      if (program.url) await this.generator.call({ call: 'forget', argument: program.url });
      await program.stop();
    }
  }

  async close() {
    for (const program of this.#started.reverse()) await program.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
