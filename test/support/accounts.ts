import { randomUUID } from 'node:crypto';

/** The details of a new account, with an e-mail that no other test uses. */
export function newAccount(email = `john.${randomUUID()}@example.com`) {
  return { name: 'John', surname: 'Doe', email, password: '123456' };
}
