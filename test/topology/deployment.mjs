import { execFileSync } from 'node:child_process';
import { readCompose } from './compose-file.mjs';
import { imageEnvironment } from './dockerfile.mjs';
import { freePort } from './free-port.mjs';
import { layVolume } from './image-folder.mjs';
import { startMailSink } from './mail-sink.mjs';
import { findNginx, startNginx } from './nginx.mjs';
import { startDatabase } from './postgres.mjs';
import { Program } from './program.mjs';
import { startSmallProxy } from './small-proxy.mjs';

const ours = 'account-service';
/** The user of the image, where this process may become it. */
const owner = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : undefined;

/**
 * The services of docker-compose.yml as processes of this machine: the same commands, environment, health checks and
 * start order. What differs is what a network and volumes of containers would give: each `name:port` of a service, and
 * each mounted folder, is put in as the address and the folder that stand for it here.
 */
export class Deployment {
  /** Programs of our image, by the name of their service. */
  programs = new Map();
  #starting = new Map();
  #standing = [];
  #volumes = new Map();
  /** `name:port` to the address on this machine. */
  #addresses = new Map();

  constructor({ folder, app, variables }) {
    Object.assign(this, { folder, app });
    // Services of a profile are started only on request.
    this.services = readCompose(variables).filter(({ profiles }) => !profiles);
  }

  /** Starts every service as soon as its dependencies meet their conditions. */
  async up() {
    await Promise.all(this.services.map(({ name }) => this.#start(name)));
    return this.origin;
  }

  #start(name) {
    const started = this.#starting.get(name) ?? this.#startAfterOthers(this.#service(name));
    this.#starting.set(name, started);
    return started;
  }

  #service(name) {
    return this.services.find((service) => service.name === name);
  }

  async #startAfterOthers(service) {
    await Promise.all(
      service.dependsOn.map(async ({ on, condition }) => this.#fulfilled(await this.#start(on), condition)),
    );
    console.log(`   starting ${service.name}`);
    return service.image === ours ? this.#startPrograms(service) : this.#startStandIn(service);
  }

  async #fulfilled(programs, condition) {
    if (condition === 'service_healthy') await Promise.all(programs.map((program) => program.healthy()));
    if (condition === 'service_completed_successfully')
      await Promise.all(programs.map((program) => program.completed()));
  }

  async #startPrograms(service) {
    const programs = [];
    for (let replica = 1; replica <= service.replicas; replica++)
      programs.push(
        await this.#program(service, service.replicas > 1 ? `${service.name}-${replica}` : service.name),
      );
    this.programs.set(service.name, programs);
    for (const program of programs) program.start();
    return programs;
  }

  async #program(service, name) {
    const port = await freePort();
    const declared = { ...imageEnvironment(), ...service.environment };
    const inside = declared.NOTIFICATION_PORT ?? declared.PORT ?? '8000';
    const own = new Map([[`127.0.0.1:${inside}`, `127.0.0.1:${port}`]]);
    for (const { source, target } of service.mounts) own.set(target, this.#volume(source));
    this.#addresses.set(`${service.name}:${inside}`, `127.0.0.1:${port}`);
    const here = (text) => replaced(String(text), new Map([...this.#addresses, ...own]));
    const env = Object.fromEntries(Object.entries(declared).map(([key, value]) => [key, here(value)]));
    return Object.assign(
      new Program(name, {
        command: service.command.map(here),
        // On a network of containers each would have an address, and so every port, of its own.
        env: {
          PATH: process.env.PATH,
          ...env,
          HOST: '127.0.0.1',
          NOTIFICATION_HOST: '127.0.0.1',
          PORT: port,
          NOTIFICATION_PORT: port,
          METRICS_PORT: 0,
        },
        cwd: this.app,
        owner,
        healthcheck: service.healthcheck.test?.map(here),
      }),
      { address: `127.0.0.1:${port}`, grace: 1_000 * parseInt(service.stop_grace_period) },
    );
  }

  #volume(name) {
    const path = this.#volumes.get(name) ?? layVolume(this.folder, name, owner);
    this.#volumes.set(name, path);
    return path;
  }

  async #startStandIn({ name, image }) {
    switch (image.split(':')[0]) {
      case 'postgres': {
        // What the service `database` would make, its stand-in has from the start.
        if (name === 'database') break;
        this.database = await startDatabase(this.#service('migrate').environment);
        this.#addresses.set(`${name}:5432`, this.database.address);
        this.#standing.push(this.database);
        break;
      }
      case 'axllent/mailpit': {
        this.mails = await startMailSink();
        this.#addresses.set(`${name}:1025`, `127.0.0.1:${this.mails.port}`);
        this.#standing.push(this.mails);
        break;
      }
      case 'nginx': {
        const port = await freePort();
        const replicas = this.programs.get('api').map(({ address }) => address);
        this.proxy = await startProxy({ port, replicas, folder: this.folder });
        this.#standing.push(this.proxy);
        this.origin = `http://127.0.0.1:${port}`;
        await responds(this.origin);
        break;
      }
      default:
        throw new Error(
          `Nothing stands for the image ${image} of ${name} yet: add it to test/topology/deployment.mjs`,
        );
    }
    return [];
  }

  /** Stops everything gracefully, dependents first. */
  async down() {
    await this.#standing.pop()?.stop(); // the proxy, which was started last
    for (const programs of [...this.programs.values()].reverse())
      await Promise.all(
        programs.filter(({ isRunning }) => isRunning).map((program) => program.stop(program.grace)),
      );
    while (this.#standing.length) await this.#standing.pop().stop();
  }

  /** Leaves nothing running, whatever happened. */
  async abandon() {
    for (const program of [...this.programs.values()].flat())
      if (program.child && program.isRunning) await program.kill();
    for (const standing of this.#standing) await standing.stop().catch(() => undefined);
  }
}

/** nginx with the configuration of the proxy service, or the small proxy where there is none. */
export function startProxy(options) {
  const nginx = findNginx();
  return nginx ? startNginx(nginx, options) : startSmallProxy(options);
}

export function proxyOfThisMachine() {
  const nginx = findNginx();
  return nginx
    ? execFileSync('sh', ['-c', `${nginx} -v 2>&1`], { encoding: 'utf8' })
        .trim()
        .replace('nginx version: ', '')
    : 'a small proxy of Node, because nginx is not installed';
}

/** Waits for the proxy like the health check of its service: by a request through it. */
export async function responds(origin) {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
    if (
      await fetch(origin).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((again) => setTimeout(again, 50));
  }
  throw new Error('The proxy does not respond');
}

function replaced(text, pairs) {
  for (const [what, by] of pairs) text = text.replaceAll(what, by);
  return text;
}
