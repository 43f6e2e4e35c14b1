import { Chance } from './chance.js';
import { Clients } from './clients.js';
import { CrashingProcess, type ProcessStart } from './crashing-process.js';
import { type Death, Fleet } from './fleet.js';
import { quickSettings } from './quick-settings.js';
import { UnreliableService } from './unreliable-service.js';

export interface SceneSettings {
  /** For DATABASE_URL: an empty database of its own. */
  readonly databaseUrl: string;
  /** Processes on the database at once. */
  readonly processes: number;
  /** The compiled crashing-program.js. */
  readonly program: string;
  /** An empty folder for the processes to work in. */
  readonly folder: string;
  readonly seed: number;
  /** Receives the number of crashes so far. */
  readonly progress?: (deaths: number) => void;
}

/** Short, because a lease is three times as long. */
const sendTimeout = 500;
const lease = 3 * sendTimeout;

/** One installation with its clients, its notification service and its crashes. */
export class Scene {
  readonly deaths: Death[] = [];
  readonly clients: Clients;
  /** Addresses whose message was given up because it had killed too many processes. */
  readonly givenUp = new Set<string>();
  readonly #processes: CrashingProcess[] = [];

  private constructor(
    readonly settings: SceneSettings,
    readonly chance: Chance,
    readonly service: UnreliableService,
  ) {
    this.clients = new Clients(chance, () => this.#urls);
  }

  static async begin(settings: SceneSettings): Promise<Scene> {
    const chance = new Chance(settings.seed);
    return new Scene(settings, chance, await UnreliableService.start(chance, sendTimeout));
  }

  get reports() {
    return this.#processes.flatMap(({ sender, reports }) => reports.map((report) => ({ ...report, sender })));
  }

  /** A process that has loaded the program, and waits for its order. */
  load({ command, variables }: Partial<ProcessStart> = {}): CrashingProcess {
    const { databaseUrl, program, folder } = this.settings;
    const process = new CrashingProcess(`process-${this.#processes.length + 1}`, {
      program,
      folder,
      variables: {
        ...quickSettings({ databaseUrl, serviceUrl: this.service.url, sendTimeout }),
        ...variables,
      },
      ...(command && { command }),
    });
    this.#processes.push(process);
    return process;
  }

  /** Runs work with a fleet of processes, and ends them. */
  async withFleet<Result>(
    concurrentProcesses: number,
    work: (fleet: Fleet) => Promise<Result>,
    start?: Partial<ProcessStart>,
  ): Promise<Result> {
    const fleet = new Fleet(() => this.load(start), {
      concurrentProcesses,
      lease,
      chance: this.chance,
      note: (death) => this.note(death),
    });
    try {
      return await work(fleet);
    } finally {
      await fleet.destroy();
    }
  }

  note(death: Death): void {
    this.deaths.push(death);
    this.settings.progress?.(this.deaths.length);
  }

  async end(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.kill()));
    await this.service.stop();
  }

  get #urls(): string[] {
    return this.#processes.flatMap(({ url, isRunning }) => (url && isRunning ? [url] : []));
  }
}
