/**
 * `npm run generate`: what it writes and what it refuses. That the checks pass and the generated tests are green is seen
 * by `npm run test:growth`.
 * Real: the command, a copy of the repository. Fake: nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RepositoryCopy } from './repository-copy.js';

const fiveFields =
  'product name:string sku:string:unique price:decimal:12,2 stock:integer note:text:optional';

describe('What npm run generate writes', () => {
  let copy: RepositoryCopy;
  beforeAll(async () => {
    copy = await RepositoryCopy.make();
    const { code, output } = await copy.run(`npm run -s generate -- entity ${fiveFields}`);
    expect([code, code && output]).toEqual([0, 0]);
  });
  afterAll(() => copy.remove());

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
});

describe('npm run generate -- field', () => {
  let copy: RepositoryCopy;
  beforeAll(async () => {
    copy = await RepositoryCopy.make();
    const { code, output } = await copy.run('npm run -s generate -- field user phone:string:optional:index');
    expect([code, code && output]).toEqual([0, 0]);
  });
  afterAll(() => copy.remove());

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
  const checksums = () => copy.run('find src test -type f | sort | xargs cksum');
  let copy: RepositoryCopy;
  let before: Awaited<ReturnType<typeof checksums>>;
  beforeAll(async () => {
    copy = await RepositoryCopy.make();
    before = await checksums();
  });
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
    ['service audit https://audit', 'leave out https://audit'],
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
    const { code, output } = await copy.run(`node tools/generate.js ${given}`);

    expect(output).toContain(way);
    expect(code).toBe(2);
    expect(await checksums()).toEqual(before);
  });

  it('removes what it has written when it cannot write everything', async () => {
    const everything = await copy.run('find . -path ./node_modules -prune -o -print | sort');
    await copy.write('src/app.module.ts.new', '');

    const { code, output } = await copy.run('npm run -s generate -- entity product name:string');

    expect(output).toContain('Nothing was generated');
    expect(code).toBe(2);
    await copy.run('rm src/app.module.ts.new');
    expect(await copy.run('find . -path ./node_modules -prune -o -print | sort')).toEqual(everything);
  });
});
