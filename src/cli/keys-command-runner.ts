import type { SigningKey, SigningKeys } from '../modules/session/index.js';
import { duration, table } from '../observability/outbox/table.js';
import type { CommandResult } from './database-command.js';
import type { KeysCommand } from './keys-arguments.js';

/** Executes an operator's commands on the signing keys. */
export class KeysCommandRunner {
  constructor(private readonly keys: SigningKeys) {}

  async run(command: KeysCommand): Promise<CommandResult> {
    switch (command.name) {
      case 'list': {
        const keys = (await this.keys.list()).map((key) => this.#view(key));
        return { text: keys.length ? textOf(keys) : 'There are no keys yet.', data: keys, isDone: true };
      }
      case 'rotate': {
        const current = await this.keys.rotate();
        const text = `Key ${current?.id} signs from now on. Tokens of the previous key stay valid until they expire.`;
        return { text, data: { current: current?.id }, isDone: true };
      }
      case 'revoke': {
        const { id } = command;
        const isDone = await this.keys.revoke(id);
        const text = isDone ? `Key ${id} is revoked.` : `There is no key ${id} that could be revoked.`;
        return { text, data: { id, revoked: isDone }, isDone };
      }
    }
  }

  #view(key: SigningKey): KeyView {
    const { id, state, createdAt, activatedAt, endedAt, privateKey } = key;
    return {
      id,
      state,
      createdAt: moment(createdAt),
      activatedAt: moment(activatedAt),
      endedAt: moment(endedAt),
      isReadable: privateKey === null ? null : this.keys.isReadable(key),
    };
  }
}

interface KeyView {
  readonly id: string;
  readonly state: string;
  readonly createdAt: string | null;
  readonly activatedAt: string | null;
  readonly endedAt: string | null;
  /** Null for a key that no longer signs, whose private half is deleted. */
  readonly isReadable: boolean | null;
}

const moment = (epoch: number | null) => (epoch === null ? null : new Date(epoch).toISOString());

const ago = (at: string | null) => (at === null ? '-' : `${duration(Date.now() - Date.parse(at))} ago`);

const textOf = (keys: readonly KeyView[]) =>
  table(
    keys.map(({ id, state, createdAt, activatedAt, endedAt, isReadable }) => ({
      kid: id,
      state,
      created: ago(createdAt),
      'signs since': ago(activatedAt),
      ended: ago(endedAt),
      'private key':
        isReadable === null ? 'gone' : isReadable ? 'readable' : 'UNREADABLE: rotate replaces it',
    })),
  );
