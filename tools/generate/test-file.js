import { objectOf, one, withArticle } from './wording.js';

/** The test of an entity: its routes on the whole app, on both databases. */
export function testFile(name, fields, access) {
  const isOpen = access === 'public';
  const { kebab, words, path } = name;
  const asked = fields.find(({ isJson }) => !isJson);
  const changing = fields.find(({ references }) => !references);
  const references = fields.filter((field) => field.references);
  const needsUuid =
    references.length || fields.some(({ isUnique, nth }) => isUnique && nth === 'randomUUID()');
  const required = fields.filter(({ isOptional }) => !isOptional);
  const unique = fields.filter(({ isUnique }) => isUnique);
  const text = `/**
 * ${one(words)} over HTTP, from its creation to its deletion.
 * Real: the whole app, the databases, sockets. Fake: nothing; the notification service is out of reach.
 */
${needsUuid ? "import { randomUUID } from 'node:crypto';\n" : ''}import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
${references.length ? "import { DataSource } from 'typeorm';\n" : ''}import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
${references.length ? "import { insertSample } from '../support/sample-record.js';\n" : ''}${isOpen ? '' : "import { signedIn } from '../support/sessions.js';\n"}import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';

${fields.some(isNumbered) ? '/** The number of records so far, which makes unique values. */\nlet made = 0;\n' : ''}
${references.length ? '' : details(fields)}describe.each(databaseKinds)('${path} on %s', (kind) => {
  let database: TestDatabase;
  let app: TestApp;
${isOpen ? '' : '  let caller: Record<string, string>;\n'}${references.map(({ sample }) => `  let ${sample}: string;\n`).join('')}
  beforeAll(async () => {
    database = await createDatabase(kind);
    app = await createTestApp({ database: database.url, variables: { SCHEMA_MODE: 'create' } });
${isOpen ? '' : '    ({ headers: caller } = await signedIn(app));\n'}${references
    .map(
      ({ sample, references: to }) => `    ${sample} = await insertSample(app.get(DataSource), '${to}');\n`,
    )
    .join('')}  });
  afterAll(async () => {
    await app.close();
    await database.destroy();
  });

${references.length ? details(fields) : ''}${isOpen ? openClient(path) : signedInClient(path)}
  /** Creates a record, and returns its path. */
  const create = async (record: object = details()) => {
    const { status, headers } = await post(record);
    expect(status).toBe(201);
    return String(headers.get('location'));
  };
${changing || required.length ? "  const patch = (place: string, changes: object) => send(place, 'PATCH', changes);\n" : ''}
  it('returns a created record by id and by filter', async () => {
    const record = details();
    const place = await create(record);

    const found = JSON.parse((await send(place)).text);
    expect(found).toEqual({ ...record, id: expect.any(String) });

    const query = new URLSearchParams({ id: found.id${asked ? `, ${asked.name}: String(record.${asked.name})` : ''} }).toString();
    const list = JSON.parse((await send(\`${path}?\${query}\`)).text);
    expect(list.data).toEqual([found]);
  });

${changing ? changed(changing) : ''}${isOpen ? '' : closed(path)}${access === 'owner' ? owned(path) : ''}  it('returns 404 after a deletion', async () => {
    const place = await create();

    expect((await send(place, 'DELETE')).status).toBe(204);
    expect((await send(place)).status).toBe(404);
  });
${wrongTypes(fields)}${required.length ? missing(required) : ''}${unique.map((field) => taken(field)).join('')}${references.map((field) => unknown(field)).join('')}});
`;
  return { path: `test/e2e/${kebab}.spec.ts`, text };
}

const request = `{
      method,
      headers: { 'Content-Type': 'application/json'CALLER },
      ...(body && { body: JSON.stringify(body) }),
    }`;

const openClient = (path) => `  const send = (place: string, method = 'GET', body?: object) =>
    app.send(place, ${request.replace('CALLER', '')});
  const post = (record: object) => send('${path}', 'POST', record);
`;

const signedInClient = (
  path,
) => `  const send = (place: string, method = 'GET', body?: object, as = caller) =>
    app.send(place, ${request.replace('CALLER', ', ...as')});
  const post = (record: object) => send('${path}', 'POST', record);
`;

const closed = (path) => `  it('returns 401 to a caller who is not signed in', async () => {
    const place = await create();

    expect((await send(place, 'GET', undefined, {})).status).toBe(401);
    expect((await send('${path}', 'POST', details(), {})).status).toBe(401);
    expect((await send(place)).status).toBe(200);
  });

`;

const owned = (path) => `  it('is visible to its owner only', async () => {
    const place = await create();
    const { headers: other } = await signedIn(app);

    expect((await send(place, 'GET', undefined, other)).status).toBe(404);
    expect((await send(place, 'DELETE', undefined, other)).status).toBe(404);
    expect(JSON.parse((await send('${path}', 'GET', undefined, other)).text).data).toEqual([]);
    expect((await send(place)).status).toBe(200);
  });

`;

const details = (fields) =>
  `const details = (${fields.some(isNumbered) ? 'nth = ++made' : ''}) => (${objectOf(Object.fromEntries(fields.map(sampleOf)))});\n\n`;

/** Whether its value depends on the number of the record. */
const isNumbered = ({ isUnique, nth }) => isUnique && /\bnth\b/.test(nth);

const changed = ({ name, changed }) => `  it('changes one field and keeps the others', async () => {
    const record = details();
    const place = await create(record);

    expect((await patch(place, { ${name}: ${changed} })).status).toBe(200);
    expect(JSON.parse((await send(place)).text)).toMatchObject({ ...record, ${name}: ${changed} });
  });

`;

const sampleOf = ({ name, isUnique, sample, nth }) => [name, isUnique ? nth : sample];

/** The errors of a body as source text: the type of each, by field. */
const typesOf = (entries) =>
  objectOf(Object.fromEntries(entries.map(([name, type]) => [name, `{ type: '${type}' }`])));

const wrongTypes = (fields) => `
  it('reports every field of a wrong type', async () => {
    const { status, text } = await post(${objectOf(Object.fromEntries(fields.map(({ name, wrong = '{}' }) => [name, wrong])))});

    expect(status).toBe(400);
    expect(JSON.parse(text).detail).toMatchObject(${typesOf(fields.map(({ name, type }) => [name, type]))});
  });
`;

const missing = (required) => `
  it('reports every missing field, and every required field that is emptied', async () => {
    const { status, text } = await post({});
    const emptied = await patch(await create(), ${objectOf(Object.fromEntries(required.map(({ name }) => [name, 'null'])))});

    expect([status, emptied.status]).toEqual([400, 400]);
    expect(JSON.parse(text).detail).toMatchObject(${typesOf(required.map(({ name }) => [name, 'missing']))});
    expect(JSON.parse(emptied.text).detail).toMatchObject(${typesOf(required.map(({ name, type }) => [name, type]))});
  });
`;

const taken = ({ name }) => `
  it('refuses ${withArticle(name)} that another record has', async () => {
    const record = details();
    await create(record);

    const { status, text } = await post({ ...details(), ${name}: record.${name} });
    expect(status).toBe(409);
    expect(Object.keys(JSON.parse(text).detail)).toEqual(['${name}']);
  });
`;

const unknown = ({ name, references }) => `
  it('refuses ${withArticle(name)} that no ${references.replaceAll('_', ' ')} has', async () => {
    const { status, text } = await post({ ...details(), ${name}: randomUUID() });

    expect(status).toBe(409);
    expect(JSON.parse(text).detail).toMatchObject({ ${name}: { type: 'reference' } });
  });
`;
