import type { DataSource } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { DatabaseCountStore } from '../ddd/limit/index.js';
import {
  KeySecret,
  limitSecretOf,
  SessionWorker,
  UngrantablePermissionError,
} from '../modules/session/index.js';
import type { Session } from '../modules/session/index.js';
import { guessLimit, UserRepository } from '../modules/user/index.js';
import type { AccountsCommand } from './accounts-arguments.js';
import type { CommandResult } from './database-command.js';
import { UsageError } from './usage.error.js';
import { duration, table } from './table.js';

/** Executes an operator's commands on the permissions and sessions of accounts. */
export class AccountsCommandRunner {
  readonly #users: UserRepository;
  readonly #worker: SessionWorker;
  readonly #counts: DatabaseCountStore;

  constructor(dataSource: DataSource, settings: Settings) {
    this.#users = new UserRepository(dataSource);
    this.#worker = new SessionWorker(dataSource);
    const secret = limitSecretOf(new KeySecret(settings));
    this.#counts = new DatabaseCountStore(dataSource, secret);
  }

  async run(command: AccountsCommand): Promise<CommandResult> {
    const { name, email } = command;
    const account = await this.#users.find({ email });
    if (!account)
      return { text: `There is no account ${email}.`, data: { email, found: false }, isDone: false };
    switch (name) {
      case 'grant':
        return this.#grant(account.id, command.permissions);
      case 'revoke':
        return this.#revoke(account.id, command.permissions);
      case 'sessions':
        return this.#sessions(account.id);
      case 'end-sessions':
        return this.#endSessions(account.id);
      case 'unlock':
        return this.#unlock(email);
    }
  }

  /** Grants all or none. @throws UsageError */
  async #grant(id: string, permissions: readonly string[]): Promise<CommandResult> {
    const now = Date.now();
    try {
      return await this.#worker.run(async ({ permission }) => {
        const granted: string[] = [];
        for (const name of permissions) if (await permission.grant(id, name, now)) granted.push(name);
        return changed('granted', granted, await permission.names(id));
      });
    } catch (error) {
      throw error instanceof UngrantablePermissionError ? new UsageError(error.message) : error;
    }
  }

  #revoke(id: string, permissions: readonly string[]): Promise<CommandResult> {
    return this.#worker.run(async ({ permission }) => {
      const revoked: string[] = [];
      for (const name of permissions) if (await permission.revoke(id, name)) revoked.push(name);
      return changed('revoked', revoked, await permission.names(id));
    });
  }

  async #sessions(id: string): Promise<CommandResult> {
    const now = Date.now();
    const { sessions, permissions } = await this.#worker.run(async ({ session, permission }) => ({
      sessions: await session.listLive(id, now),
      permissions: await permission.names(id),
    }));
    const data = { sessions: sessions.map(sessionJson), permissions };
    const text = [
      sessions.length ? sessionTable(sessions, now) : 'No live sessions.',
      permissionText(permissions),
    ];
    return { text: text.join('\n\n'), data, isDone: true };
  }

  async #endSessions(id: string): Promise<CommandResult> {
    const ended = await this.#worker.run(({ session }) => session.endAll(id, 'revoked', Date.now()));
    const text = ended ? `Ended ${ended} sessions.` : 'There are no live sessions.';
    return { text, data: { ended }, isDone: ended > 0 };
  }

  async #unlock(email: string): Promise<CommandResult> {
    const unlocked = (await this.#counts.forget(guessLimit, email)) > 0;
    const text = unlocked
      ? 'Unlocked: the count of wrong passwords is reset.'
      : 'No wrong passwords are counted for this account.';
    return { text, data: { unlocked }, isDone: unlocked };
  }
}

function changed(
  verb: 'granted' | 'revoked',
  names: readonly string[],
  permissions: readonly string[],
): CommandResult {
  const text = [
    names.length ? `${verb === 'granted' ? 'Granted' : 'Revoked'}: ${names.join(', ')}.` : 'Nothing to do.',
    permissionText(permissions),
  ];
  return { text: text.join(' '), data: { [verb]: names, permissions }, isDone: names.length > 0 };
}

const permissionText = (permissions: readonly string[]) =>
  `Permissions: ${permissions.length ? permissions.join(', ') : 'none'}.`;

const sessionJson = ({ id, client, createdAt, lastUsedAt, expiresAt }: Session) => ({
  id,
  client,
  createdAt: new Date(createdAt).toISOString(),
  lastUsedAt: new Date(lastUsedAt).toISOString(),
  expiresAt: new Date(expiresAt).toISOString(),
});

const sessionTable = (sessions: readonly Session[], now: number) =>
  table(
    sessions.map(({ id, client, createdAt, lastUsedAt }) => ({
      id,
      age: duration(now - createdAt),
      'last used': `${duration(now - lastUsedAt)} ago`,
      client: client ?? '-',
    })),
  );
