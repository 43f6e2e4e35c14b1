import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../src/config/settings.js';
import { createLogger } from '../../src/http/logging/logger.js';
import { createNotificationService } from '../../src/notification-service/create-notification-service.js';

/** The real notification service on a free port, with its own mail folder, and a log kept in memory. */
export class MailService {
  private app?: Awaited<ReturnType<typeof createNotificationService>>;
  private lines: string[] = [];
  url = '';

  private constructor(
    readonly folder: string,
    private readonly variables: NodeJS.ProcessEnv,
  ) {}

  static async start(variables: NodeJS.ProcessEnv = {}): Promise<MailService> {
    const service = new MailService(await mkdtemp(join(tmpdir(), 'mails-')), variables);
    await service.start();
    return service;
  }

  async start(): Promise<void> {
    const settings = readSettings({ ...this.variables, MAIL_FOLDER: this.folder });
    const logger = createLogger(settings.log, { write: (line) => void this.lines.push(line) });
    this.app = await createNotificationService(settings, logger);
    await this.app.listen(0, '127.0.0.1');
    this.url = await this.app.getUrl();
  }

  /** Ends the program; its folder stays. */
  async stop(): Promise<void> {
    await this.app?.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  log(): string {
    return this.lines.join('');
  }

  /** Names of the mail files, oldest first. */
  async mailFiles(): Promise<string[]> {
    return (await readdir(this.folder)).filter((name) => name.endsWith('.eml')).sort();
  }

  /** Without those that the service deletes meanwhile. */
  async mails(): Promise<string[]> {
    const files = (await this.mailFiles()).map((name) => join(this.folder, name));
    const read = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(unlessDeleted)));
    return read.filter((mail) => mail !== undefined);
  }

  /** The names and the contents of all its files. */
  async folderContent(): Promise<string> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const read = await Promise.all(files.map((file) => readFile(file, 'latin1').catch(unlessDeleted)));
    return [...files, ...read].join('\n');
  }

  /** Sends the welcome request; `key` null leaves the header out. */
  welcome(key: string | null, body: unknown = john): Promise<MailServiceResponse> {
    return post(`${this.url}/notifications/welcome/send/`, key, body);
  }
}

function unlessDeleted(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

export const john = { email: 'john@example.com', name: 'John' };

export interface MailServiceResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly detail: unknown;
}

export async function post(url: string, key: string | null, body: unknown): Promise<MailServiceResponse> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key !== null && { 'Idempotency-Key': key }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const detail = text ? (JSON.parse(text) as { detail: unknown }).detail : undefined;
  return { status: response.status, headers: response.headers, text, detail };
}
