import { randomUUID } from 'node:crypto';

const rowsOfClient = 100;
export const clients = 64;

/** A new row. */
export function newRow() {
  const id = randomUUID();
  return {
    id,
    name: 'Ada',
    surname: 'Lovelace',
    email: `${id}@example.com`,
    password: '$argon2id$',
    active: false,
  };
}

/** The id of one of the rows that only this client uses. */
export const idOf = ({ slot, turn }) => `row-${slot}-${(turn * 37) % rowsOfClient}`;

/** Every row that `idOf` can name. */
export function* fill() {
  for (let slot = 0; slot < clients; slot++)
    for (let turn = 0; turn < rowsOfClient; turn++) {
      const id = idOf({ slot, turn });
      yield { ...newRow(), id, email: `${id}@example.com` };
    }
}
