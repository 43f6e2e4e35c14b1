/**
 * One mailbox is one account, over HTTP, however its address is spelt.
 * Real: the app, the databases, Argon2id (with little memory). Fake: nothing; the notification service is out of reach.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { canonicalEmail } from '../../src/identity/email-address.js';
import { databaseKinds } from '../support/databases.js';
import { randomSpelling } from '../support/spellings.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

const form = 'josk@xn--strae-oqa.example';
const spellings = [
  'josk@straße.example',
  'JOSK@STRAẞE.EXAMPLE',
  ' josk@straße.example ',
  '\ufeffjosk@straße.example\u3000',
  'jo\u017fk@straße.example',
  'jos\u212a@straße.example',
  'JO\u017f\u212a@straße.example',
  'josk@straße。example',
  'josk@straße．example',
  'josk@straße｡example',
  'josk@ｓｔｒａße.ｅｘａｍｐｌｅ',
  'josk@xn--strae-oqa.example',
  'josk@XN--STRAE-OQA.EXAMPLE',
  'josk@stra\u00adße.example',
  'jo\u200dsk@straße.example',
  'jo\u200csk@straße.example',
  'josk\u200b@straße.example',
  '"josk"@straße.example',
  '"jo\\sk"@straße.example',
  'josk@straße.example.',
  'josk@straße.example。',
  'ｊｏｓｋ@straße.example',
  'josk\ufe0f@straße.example',
  'jo\u034fsk@straße.example',
  '\u202ajosk@straße.example\u202c',
  'josk @straße.example',
  'josk(comment)@straße.example',
  'josk@stra%C3%9Fe.example',
  '<josk@straße.example>',
  'josk\u3164@straße.example',
];

describe.each(databaseKinds)('One mailbox on %s', (kind) => {
  const database = useDatabase(kind);
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ database: database.url });
  });
  afterAll(() => app.close());

  const emails = async () =>
    (await app.get(DataSource).getRepository<{ email: string }>('user').find()).map(({ email }) => email);

  it(`is one account, or 400, for each of ${spellings.length} spellings`, async () => {
    const statuses = new Map<string, number>();
    for (const email of spellings) {
      const response = await app.post('/user/', { name: 'Jo', surname: 'Sk', email, password: '123456' });
      statuses.set(email, response.status);
      expect(await emails()).toEqual([form]);
    }
    expect([...statuses.values()].filter((status) => status === 200)).toHaveLength(13);
    expect(new Set(statuses.values())).toEqual(new Set([200, 400]));
    expect(await app.get(DataSource).getRepository('outbox_message').count()).toBe(1);
  });

  it.each(spellings.slice(0, 13))('activates, signs in and deactivates as %j', async (email) => {
    const credentials = { email, password: '123456' };
    expect((await app.post('/user/activate/', credentials)).status).toBe(200);
    const signedIn = await app.post('/user/signin/', credentials);
    expect(JSON.parse(signedIn.text)).toMatchObject({ email: form, active: true });
    expect((await app.post('/user/deactivate/', credentials)).status).toBe(200);
    expect((await app.post('/user/signin/', credentials)).status).toBe(400);
  });

  it('has as many accounts as canonical forms after 150 random spellings', async () => {
    const expected = new Set(await emails());
    for (let run = 0; run < 150; run++) {
      const email = randomSpelling();
      const { status } = await app.post('/user/', { name: 'A', surname: 'B', email, password: '123456' });
      const canonical = canonicalEmail(email);
      expect(status).toBe(canonical === undefined ? 400 : 200);
      if (canonical !== undefined) expected.add(canonical);
    }
    expect(expected.size).toBeGreaterThan(20);
    expect((await emails()).sort()).toEqual([...expected].sort());
  });
});
