import type { DataSource } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { DatabaseCountStore } from '../ddd/limit/index.js';
import type { OpenUnit, Repositories } from '../ddd/worker/index.js';
import {
  KeySecret,
  limitSecretOf,
  SessionWorker,
  UngrantablePermissionError,
} from '../modules/session/index.js';
import { guessLimit, RegisterWorker, UserRepository } from '../modules/user/index.js';
import type { User } from '../modules/user/index.js';
import type { AccountCommand, AccountsCommand } from './accounts-arguments.js';
import { AccountEraser } from './account-eraser.js';
import { AccountsReader } from './accounts-reader.js';
import { changeResult } from './accounts-views.js';
import type { CommandResult } from './database-command.js';
import { ImportCommand } from './import/import-command.js';
import { UsageError } from './usage.error.js';

type Register = Repositories<(typeof RegisterWorker)['repositories']>;

const operator = { actor: 'operator' } as const;
/** The account is locked first, as by the service. */
const locking = { isolation: 'READ COMMITTED' } as const;

/** Executes an operator's commands on accounts; each change is in its history. */
export class AccountsCommandRunner {
  readonly #users: UserRepository;
  readonly #accounts: RegisterWorker;
  readonly #sessions: SessionWorker;
  readonly #reader: AccountsReader;
  readonly #eraser: AccountEraser;
  readonly #imports: ImportCommand;
  readonly #counts: DatabaseCountStore;

  constructor(dataSource: DataSource, settings: Settings) {
    this.#users = new UserRepository(dataSource);
    this.#accounts = new RegisterWorker(dataSource);
    this.#sessions = new SessionWorker(dataSource);
    this.#counts = new DatabaseCountStore(dataSource, limitSecretOf(new KeySecret(settings)));
    this.#eraser = new AccountEraser(dataSource, settings, this.#counts);
    this.#imports = new ImportCommand(dataSource, settings);
    this.#reader = new AccountsReader(dataSource, this.#counts);
  }

  async run(command: AccountsCommand): Promise<CommandResult> {
    if (command.name === 'import') return this.#imports.run(command);
    if (command.name === 'list') return this.#reader.list(command);
    if (command.name === 'history' && 'id' in command.of) return this.#reader.history(command.of.id);
    const { email } = 'of' in command ? (command.of as { email: string }) : command;
    const account = await this.#users.find({ email });
    if (!account)
      return { text: `There is no account ${email}.`, data: { email, found: false }, isDone: false };
    if (command.name === 'history') return this.#reader.history(account.id, email);
    if (command.name === 'erase') return this.#eraser.erase(account);
    return this.#onAccount(command, account);
  }

  #onAccount(command: AccountCommand, account: User): Promise<CommandResult> {
    const { id, email } = account;
    switch (command.name) {
      case 'show':
        return this.#reader.show(account);
      case 'messages':
        return this.#reader.messages(account);
      case 'export':
        return this.#reader.export(account);
      case 'activate':
        return this.#activate(account);
      case 'deactivate':
        return this.#deactivate(account);
      case 'grant':
        return this.#grant(id, command.permissions);
      case 'revoke':
        return this.#revoke(id, command.permissions);
      case 'sessions':
        return this.#reader.sessions(id);
      case 'end-sessions':
        return this.#endSessions(id);
      case 'unlock':
        return this.#unlock(id, email);
    }
  }

  #activate({ id }: User): Promise<CommandResult> {
    return this.#accounts.run(async ({ user, history }) => {
      const activated = await user.activate(id);
      if (activated) await history.record(id, 'activated', operator);
      return {
        text: activated ? 'Activated.' : 'It is active already.',
        data: { activated },
        isDone: activated,
      };
    }, locking);
  }

  #deactivate({ id }: User): Promise<CommandResult> {
    return this.#accounts.run(async ({ user, history }, unit) => {
      const deactivated = await user.deactivate(id);
      const ended = await this.#endAll(id, 'deactivated', { history }, unit);
      if (deactivated) await history.record(id, 'deactivated', operator);
      return {
        text: deactivated ? `Deactivated. Ended ${ended} sessions.` : 'It is inactive already.',
        data: { deactivated, ended },
        isDone: deactivated,
      };
    }, locking);
  }

  /** Grants all or none. @throws UsageError */
  async #grant(id: string, permissions: readonly string[]): Promise<CommandResult> {
    const now = Date.now();
    try {
      return await this.#changePermissions(id, 'granted', permissions, (permission, name) =>
        permission.grant(id, name, now),
      );
    } catch (error) {
      throw error instanceof UngrantablePermissionError ? new UsageError(error.message) : error;
    }
  }

  #revoke(id: string, permissions: readonly string[]): Promise<CommandResult> {
    return this.#changePermissions(id, 'revoked', permissions, (permission, name) =>
      permission.revoke(id, name),
    );
  }

  #changePermissions(
    id: string,
    verb: 'granted' | 'revoked',
    names: readonly string[],
    change: (
      permission: Repositories<(typeof SessionWorker)['repositories']>['permission'],
      name: string,
    ) => Promise<boolean>,
  ): Promise<CommandResult> {
    return this.#sessions.run(async ({ permission }, unit) => {
      const changed: string[] = [];
      for (const name of names) if (await change(permission, name)) changed.push(name);
      await this.#accounts.join(unit, async ({ history }) => {
        for (const detail of changed) await history.record(id, `permission-${verb}`, { ...operator, detail });
      });
      return changeResult(verb, changed, await permission.names(id));
    });
  }

  async #endSessions(id: string): Promise<CommandResult> {
    const ended = await this.#accounts.run((repositories, unit) =>
      this.#endAll(id, 'revoked', repositories, unit),
    );
    const text = ended ? `Ended ${ended} sessions.` : 'There are no live sessions.';
    return { text, data: { ended }, isDone: ended > 0 };
  }

  async #unlock(id: string, email: string): Promise<CommandResult> {
    const unlocked = await this.#accounts.run(async ({ history }, unit) => {
      const count = await this.#counts.within(unit).forget(guessLimit, email);
      if (count) await history.record(id, 'unlocked', operator);
      return count > 0;
    });
    const text = unlocked
      ? 'Unlocked: the count of wrong passwords is reset.'
      : 'No wrong passwords are counted for this account.';
    return { text, data: { unlocked }, isDone: unlocked };
  }

  /** @returns how many sessions it ended */
  async #endAll(
    id: string,
    reason: 'deactivated' | 'revoked',
    { history }: Pick<Register, 'history'>,
    unit: OpenUnit,
  ): Promise<number> {
    const ended = await this.#sessions.join(unit, ({ session }) => session.endAll(id, reason, Date.now()));
    await history.recordEnded(id, ended, reason, 'operator');
    return ended;
  }
}
