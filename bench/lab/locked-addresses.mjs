import { join } from 'node:path';
import { request } from 'undici';
import { withDatabase } from './outbox-table.mjs';
import { requests } from './requests.mjs';

/**
 * Has a wrong password counted for some e-mail addresses of each prefix, and then makes every count as high as locks its
 * address. Stops the program.
 */
export async function lockAddresses(lab, program, folder, { prefixes, count }) {
  for (const prefix of prefixes)
    for (let nth = 0; nth < count; nth++) {
      const { method, path, body } = requests.guess(nth, { prefix, accounts: count });
      const response = await request(program.url + path, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      await response.body.dump();
    }
  await lab.stop(program);
  await withDatabase(join(folder, 'data/accounts.db'), (database) =>
    database.execute(`UPDATE limit_count SET count = 100, expires_at = NULL WHERE name = 'guesses'`),
  );
}
