import type { DataSource } from 'typeorm';
import type { DatabaseCountStore } from '../ddd/limit/index.js';
import { exportMessages, NotificationWorker } from '../modules/notification/index.js';
import { exportSessions, SessionWorker } from '../modules/session/index.js';
import { exportAccount, guessLimit, RegisterWorker, UserRepository } from '../modules/user/index.js';
import type { User } from '../modules/user/index.js';
import type { AccountSelection } from './accounts-arguments.js';
import {
  accountJson,
  accountsText,
  factsText,
  historyResult,
  messagesResult,
  permissionsText,
  sessionJson,
  sessionsText,
} from './accounts-views.js';
import type { CommandResult } from './database-command.js';

/** Shows operators what is stored about accounts. */
export class AccountsReader {
  readonly #users: UserRepository;
  readonly #accounts: RegisterWorker;
  readonly #sessions: SessionWorker;
  readonly #mails: NotificationWorker;

  constructor(
    dataSource: DataSource,
    private readonly counts: DatabaseCountStore,
  ) {
    this.#users = new UserRepository(dataSource);
    this.#accounts = new RegisterWorker(dataSource);
    this.#sessions = new SessionWorker(dataSource);
    this.#mails = new NotificationWorker(dataSource);
  }

  async list({ email, isInactive, limit }: AccountSelection): Promise<CommandResult> {
    const accounts = await this.#users.list(
      {
        ...(email !== undefined && { email: { containsIgnoreCase: email } }),
        ...(isInactive && { active: false }),
      },
      { order: { email: 'asc' }, limit },
    );
    return { text: accountsText(accounts), data: accounts.map(accountJson), isDone: true };
  }

  async show(account: User): Promise<CommandResult> {
    const { sessions, permissions } = await this.#access(account.id);
    const failedGuesses = await this.counts.total(guessLimit, account.email);
    const facts = { ...accountJson(account), failedGuesses };
    return {
      text: [factsText(facts), permissionsText(permissions), sessionsText(sessions, Date.now())].join('\n\n'),
      data: { ...facts, permissions, sessions: sessions.map(sessionJson) },
      isDone: true,
    };
  }

  async history(id: string, email?: string): Promise<CommandResult> {
    const events = await this.#accounts.run(({ history }) => history.of(id));
    const known = email ?? (await this.#users.find({ id }))?.email;
    return historyResult(events, known === undefined ? 0 : await this.counts.total(guessLimit, known));
  }

  async export(account: User): Promise<CommandResult> {
    const data = await this.#accounts.run(async (repositories, unit) => ({
      ...(await exportAccount(account, repositories)),
      ...(await this.#sessions.join(unit, (joined) => exportSessions(joined, account.id))),
      ...(await this.#mails.join(unit, (joined) => exportMessages(joined, account.id))),
    }));
    return { text: JSON.stringify(data, null, 2), data, isDone: true };
  }

  async sessions(id: string): Promise<CommandResult> {
    const { sessions, permissions } = await this.#access(id);
    return {
      text: [sessionsText(sessions, Date.now()), permissionsText(permissions)].join('\n\n'),
      data: { sessions: sessions.map(sessionJson), permissions },
      isDone: true,
    };
  }

  messages({ id }: User): Promise<CommandResult> {
    return this.#mails.run(async ({ accountMessage }) => messagesResult(await accountMessage.of(id)));
  }

  #access(id: string) {
    return this.#sessions.run(async ({ session, permission }) => ({
      sessions: await session.listLive(id, Date.now()),
      permissions: await permission.names(id),
    }));
  }
}
