import { randomUUID } from 'node:crypto';

/** What an account is created from, under an e-mail that no other test uses. */
export function newAccount(email = `john.${randomUUID()}@example.com`) {
  return { name: 'John', surname: 'Doe', email, password: '123456' };
}
