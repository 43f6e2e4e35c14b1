import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** Where Debian installs them. */
const natsProgram = '/usr/sbin/nats-server';
const rabbitProgram = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** A message broker of Debian in a folder of its own, which a test kills and starts again. */
export abstract class BrokerServer {
  #process: ChildProcess | undefined;

  protected constructor(
    protected readonly folder: string,
    protected readonly port: number,
  ) {}

  abstract readonly url: string;

  protected abstract launch(): ChildProcess;

  /** Starts it with what it has stored. */
  async start(): Promise<void> {
    const main = this.launch();
    this.#process = main;
    let output = '';
    for (const stream of [main.stdout, main.stderr])
      stream?.on('data', (text: Buffer) => (output = (output + text.toString()).slice(-4_000)));
    await until(
      'the broker accepts connections',
      async () => {
        if (main.exitCode !== null) throw new Error(`The broker ended: ${output}`);
        return this.#accepts();
      },
      300_000,
    );
  }

  /** Ends it as a power cut of its process does. */
  async kill(): Promise<void> {
    const main = this.#process;
    if (!main || main.exitCode !== null || main.signalCode !== null) return;
    const ended = once(main, 'exit');
    main.kill('SIGKILL');
    await ended;
  }

  /** Suspends it: it keeps its connections, and answers nothing. @returns a function that lets it go on */
  stall(): () => void {
    this.#process?.kill('SIGSTOP');
    return () => this.#process?.kill('SIGCONT');
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #accepts(): Promise<boolean> {
    const socket = connect(this.port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }
}

const newFolder = () => mkdtemp(join(tmpdir(), 'accounts-broker-'));

export class NatsServer extends BrokerServer {
  static readonly isInstalled = existsSync(natsProgram);

  static async create(): Promise<NatsServer> {
    return new NatsServer(await newFolder(), await freePort());
  }

  override get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  protected override launch(): ChildProcess {
    const args = [
      '--jetstream',
      '--addr',
      '127.0.0.1',
      '--port',
      String(this.port),
      '--store_dir',
      this.folder,
    ];
    return spawn(natsProgram, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

export class RabbitServer extends BrokerServer {
  static readonly isInstalled = existsSync(rabbitProgram);

  /** The register of Erlang's nodes, which each server needs. */
  #epmd: ChildProcess | undefined;

  private constructor(
    folder: string,
    port: number,
    private readonly ports: { readonly epmd: number; readonly distribution: number },
  ) {
    super(folder, port);
  }

  static async create(): Promise<RabbitServer> {
    const ports = { epmd: await freePort(), distribution: await freePort() };
    const server = new RabbitServer(await newFolder(), await freePort(), ports);
    await writeFile(join(server.folder, 'rabbitmq.conf'), `listeners.tcp.1 = 127.0.0.1:${server.port}\n`);
    await writeFile(join(server.folder, 'enabled_plugins'), '[].\n');
    server.#epmd = spawn('epmd', ['-port', String(ports.epmd), '-address', '127.0.0.1'], { stdio: 'ignore' });
    return server;
  }

  override get url(): string {
    return `amqp://127.0.0.1:${this.port}`;
  }

  override async remove(): Promise<void> {
    await super.remove();
    this.#epmd?.kill('SIGKILL');
  }

  protected override launch(): ChildProcess {
    return spawn(rabbitProgram, [], {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'],
        HOME: this.folder,
        // The server takes the place of its script, so that its process is the one that is killed.
        RUNNING_UNDER_SYSTEMD: 'true',
        ERL_EPMD_PORT: String(this.ports.epmd),
        RABBITMQ_NODENAME: `broker${this.port}@localhost`,
        RABBITMQ_DIST_PORT: String(this.ports.distribution),
        RABBITMQ_MNESIA_BASE: this.folder,
        RABBITMQ_LOGS: '-',
        RABBITMQ_CONFIG_FILE: join(this.folder, 'rabbitmq.conf'),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(this.folder, 'enabled_plugins'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
