/**
 * `npm run generate -- entity`, and what it writes.
 * Real: the command, a copy of the repository, the compiler, ESLint, the walls, knip, and the generated test on both
 * databases. Fake: nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RepositoryCopy } from './repository-copy.js';

const fiveFields =
  'product name:string sku:string:unique price:decimal:12,2 stock:integer note:text:optional';
const everyType =
  'order-line title:string:unique price:number amount:integer:unique paid:boolean note:text:optional ' +
  'rating:number:optional place:string:unique:optional day:date:index at:datetime:unique total:decimal:12,2:unique ' +
  'state:enum:open,on-hold,closed:index buyer:email:unique code:uuid:unique extra:json:optional share:decimal:2,2 ' +
  'whole:decimal:15,0:optional productId:reference:product accountId:reference:user:optional ' +
  'parentId:reference:order-line:optional due:date:optional seen:datetime:optional size2:enum:s,m:optional ' +
  'reply:email:optional key:uuid:optional data:json';

describe('What npm run generate writes', () => {
  let copy: RepositoryCopy;
  beforeAll(async () => {
    copy = await RepositoryCopy.make();
    for (const given of [
      `entity ${fiveFields}`,
      `entity ${everyType}`,
      'entity flag active:boolean:optional --access public',
      'entity memo title:string --access=owner',
      'service audit',
    ]) {
      const { code, output } = await copy.run(`npm run -s generate -- ${given}`);
      expect([code, code && output]).toEqual([0, 0]);
    }
  });
  afterAll(() => copy.remove());

  it.each([
    'npm run -s types',
    'npx eslint src/app.module.ts src/*/order-line src/*/product src/*/flag src/*/memo src/modules/audit src/config src/cli test/e2e',
    'npx prettier --check src test/e2e',
    'npm run -s walls',
    'npm run -s unused',
    'npm test -- test/e2e/product test/e2e/order-line test/e2e/flag test/e2e/memo',
    'npm test -- test/e2e/audit-service test/docs/settings',
    // On PostgreSQL the tables wait for their migrations, which are not written here.
    'npm test -- test/e2e/health test/e2e/doctor.spec -t sqlite',
  ])('passes %s unchanged', async (command) => {
    const { code, output } = await copy.run(command);
    expect([code, code && output]).toEqual([0, 0]);
  });

  it('has five fields in at most 6 files and 60 lines, each field named twice and a length once', async () => {
    const { stdout } = await copy.run('ls src/*/product/* test/e2e/product.spec.ts');
    const files = stdout.trim().split('\n');
    const sources = await Promise.all(
      files.filter((file) => file.startsWith('src/')).map((file) => copy.read(file)),
    );
    const text = sources.join('');

    expect(files.length).toBeLessThanOrEqual(6);
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(60);
    for (const field of ['name', 'sku', 'price', 'stock', 'note'])
      expect(text.match(new RegExp(`\\b${field}\\b`, 'g'))).toHaveLength(2);
    expect(text.match(/10_000/g)).toHaveLength(1);
  });

  it('has migrations that agree with it, on both databases', async () => {
    const first = await copy.run('npm run -s migration:generate -- add-all');
    const again = await copy.run('npm run -s migration:generate -- add-nothing');

    expect([first.code, first.code && first.output]).toEqual([0, 0]);
    expect(again.stdout).toMatch(/sqlite: the migrations agree[^]*postgres: the migrations agree/);
  });
});

describe('npm run generate -- field', () => {
  let copy: RepositoryCopy;
  beforeAll(async () => {
    copy = await RepositoryCopy.make();
    for (const given of [
      'entity product name:string --access public',
      'field product price:decimal:12,2:optional',
      'field user phone:string:optional:index',
    ]) {
      const { code, output } = await copy.run(`npm run -s generate -- ${given}`);
      expect([code, code && output]).toEqual([0, 0]);
    }
  });
  afterAll(() => copy.remove());

  it.each([
    'npm run -s types',
    'npx eslint src/modules/user src/resource/user src/modules/product src/resource/product',
    'npx prettier --check src',
    'npm run -s walls',
  ])('leaves what passes %s', async (command) => {
    const { code, output } = await copy.run(command);
    expect([code, code && output]).toEqual([0, 0]);
  });

  it('writes migrations of both databases that give the table its column', async () => {
    const { stdout } = await copy.run('grep -l phone src/database/migrations/*/*-add-user-phone.ts');
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringContaining('postgres'),
      expect.stringContaining('sqlite'),
    ]);
  });

  it('takes the field in the body that creates an account, keeps it and shows it', async () => {
    await copy.write(
      'test/e2e/phone.spec.ts',
      `import { expect, it } from '@jest/globals';
import { createTestApp } from '../support/test-app.js';
import { createDatabase } from '../support/databases.js';

it('shows the phone', async () => {
  const database = await createDatabase('sqlite');
  const app = await createTestApp({ database: database.url });
  const credentials = { email: 'john@example.com', password: '123456' };
  const account = { name: 'John', surname: 'Doe', ...credentials, phone: '+44 20 7946 0958' };
  expect((await app.post('/user/', account)).status).toBe(200);
  expect((await app.post('/user/activate/', credentials)).status).toBe(200);
  expect(JSON.parse((await app.post('/user/signin/', credentials)).text).phone).toBe(account.phone);
  await app.close();
  await database.destroy();
});
`,
    );
    const { code, output } = await copy.run('npm test -- test/e2e/phone test/resource/user.resource');
    expect([code, code && output]).toEqual([0, 0]);
  });
});

describe('npm run generate', () => {
  let copy: RepositoryCopy;
  beforeAll(async () => (copy = await RepositoryCopy.make()));
  afterAll(() => copy.remove());

  it.each([
    ['', 'npm run generate -- entity <name>'],
    ['widget prices', 'npm run generate -- service <name>'],
    ['service', 'npm run generate -- service <name>'],
    ['service Audit', 'kebab-case'],
    ['service audit-service', 'Leave the word service out'],
    ['service notification', 'src/modules/notification exists already'],
    ['service database', 'src/config/groups/database.settings.ts exists already'],
    ['service outbox', 'settings outbox are those of src/config/groups/delivery.settings.ts'],
    ['service http-client', 'the building blocks have classes of that name'],
    ['service audit https://audit', 'a name and nothing else'],
    ['field user', 'Name an entity and one field'],
    ['field person phone:string:optional', 'There is no entity person'],
    ['field user phone:string', 'must be optional'],
    ['field user email:email:optional', 'has a field email already'],
    ['field user phone:telephone:optional', 'needs a type, one of'],
    ['field user teamId:reference:team:optional', 'which is not an entity with an id'],
    ['field session note:string:optional', 'lists the fields of Session'],
    ['entity Product name:string', 'kebab-case'],
    ['entity ../../x name:string', 'kebab-case'],
    ['entity user name:string', 'src/modules/user exists already'],
    ['entity info name:string', 'src/resource/info exists already'],
    ['entity outbox-message name:string', 'src/ddd/outbox/outbox-message.entity.ts'],
    ['entity date name:string', 'JavaScript has a Date'],
    ['entity collection name:string', 'the building blocks have a class of that name'],
    ['entity docs name:string', 'the program serves /docs/ itself'],
    ['entity price-helpers name:string', 'vague names'],
    ['entity product', 'An entity needs a field'],
    ['entity product name', 'The field name needs a type'],
    ['entity product name:money', 'string, text, number, integer, boolean, decimal, date'],
    ["entity product 'name:string?'", 'The field name needs a type'],
    ['entity product name:string:indexed', "marked 'indexed'"],
    ['entity product active:boolean:unique', 'only as many records as it has values'],
    ['entity product state:enum:open,closed:unique', 'only as many records as it has values'],
    ['entity product data:json:unique', 'is not compared, so not unique'],
    ['entity product data:json:index', 'an index is of no use'],
    ['entity product userId:reference:user:unique', 'add unique: true to its @ReferenceField'],
    ['entity product userId:reference:user:index', 'has an index already'],
    ['entity product sku:string:unique:index', 'has an index already'],
    ['entity product price:decimal', 'write price:decimal:12,2'],
    ['entity product price:decimal:12', 'write price:decimal:12,2'],
    ['entity product price:decimal:optional', 'write price:decimal:12,2'],
    ['entity product price:decimal:16,2', 'can have 1 to 15 digits'],
    ['entity product price:decimal:2,3', 'can have 1 to 15 digits'],
    ['entity product price:decimal:4,2:unique', 'fewer than three digits before the point'],
    ['entity product state:enum', 'write state:enum:open,closed'],
    ['entity product state:enum:open', 'two values or more'],
    ['entity product state:enum:open,open', 'each of them once'],
    ['entity product "state:enum:it\'s,closed"', 'write state:enum:open,closed'],
    ['entity product makerId:reference', 'write makerId:reference:product'],
    ['entity product makerId:reference:maker', 'which is not an entity with an id. Generate it first'],
    ['entity product parentId:reference:product', 'parentId:reference:product:optional'],
    ['entity product unit-price:number', 'camelCase'],
    ['entity product id:string', 'every entity has its id already'],
    ['entity product order:string', 'it is a parameter of lists'],
    ['entity product not:string', 'it is a parameter of lists'],
    ['entity product class:string', 'a JavaScript keyword'],
    ['entity product toString:string', 'every JavaScript object has one'],
    ['entity product constructor:string', 'every JavaScript object has one'],
    ['entity to-string name:string', 'every JavaScript object has a toString'],
    ['entity product name:string --access everyone', 'is not known'],
    ['entity product name:string --access', 'is not known'],
    ['entity product name:string --acess owner', 'no option --acess'],
    ['entity product ownerId:string --access owner', 'which adds it'],
    ['entity product name:string Name:text', 'camelCase'],
    ['entity product netPrice:number netprice:number', 'is given twice'],
  ])('refuses %j with the remedy, and writes nothing', async (given, way) => {
    const before = await copy.run('find src test -type f | sort | xargs cksum');

    const { code, output } = await copy.run(`node tools/generate.js ${given}`);

    expect(output).toContain(way);
    expect(code).toBe(2);
    expect(await copy.run('find src test -type f | sort | xargs cksum')).toEqual(before);
  });

  it('removes what it has written when it cannot write everything', async () => {
    const before = await copy.run('find . -path ./node_modules -prune -o -print | sort');
    await copy.write('src/app.module.ts.new', '');

    const { code, output } = await copy.run('npm run -s generate -- entity product name:string');

    expect(output).toContain('Nothing was generated');
    expect(code).toBe(2);
    await copy.run('rm src/app.module.ts.new');
    expect(await copy.run('find . -path ./node_modules -prune -o -print | sort')).toEqual(before);
  });
});
