/**
 * `npm run generate -- entity`, and what it writes.
 * Real: the command, a copy of the repository, the compiler, ESLint, the walls, knip, and the generated test on both
 * databases. Fake: nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RepositoryCopy } from './repository-copy.js';

const everyType =
  'order-line title:string:unique price:number amount:integer:unique paid:boolean note:text:optional ' +
  'rating:number:optional place:string:unique:optional';

describe('What npm run generate writes', () => {
  let copy: RepositoryCopy;
  beforeAll(async () => {
    copy = await RepositoryCopy.make();
    for (const entity of [
      'product name:string price:number',
      everyType,
      'flag active:boolean:optional --access public',
      'memo title:string --access=owner',
    ])
      expect(await copy.run(`npm run -s generate -- entity ${entity}`)).toMatchObject({ code: 0 });
  });
  afterAll(() => copy.remove());

  it.each([
    'npm run -s types',
    'npx eslint src/app.module.ts src/*/order-line src/*/product src/*/flag src/*/memo test/e2e',
    'npx prettier --check src test/e2e',
    'npm run -s walls',
    'npm run -s unused',
    'npm test -- test/e2e/product test/e2e/order-line test/e2e/flag test/e2e/memo',
  ])('passes %s unchanged', async (command) => {
    const { code, output } = await copy.run(command);
    expect([code, code && output]).toEqual([0, 0]);
  });
});

describe('npm run generate', () => {
  let copy: RepositoryCopy;
  beforeAll(async () => (copy = await RepositoryCopy.make()));
  afterAll(() => copy.remove());

  it.each([
    ['', 'npm run generate -- entity <name>'],
    ['service prices', 'npm run generate -- entity <name>'],
    ['entity Product name:string', 'kebab-case'],
    ['entity ../../x name:string', 'kebab-case'],
    ['entity user name:string', 'src/modules/user exists already'],
    ['entity info name:string', 'src/resource/info exists already'],
    ['entity outbox-message name:string', 'src/ddd/outbox/outbox-message.entity.ts'],
    ['entity date name:string', 'JavaScript has a Date'],
    ['entity collection name:string', 'the building blocks have a class of that name'],
    ['entity docs name:string', 'the program answers /docs/ by itself'],
    ['entity price-helpers name:string', 'vague names'],
    ['entity product', 'An entity needs a field'],
    ['entity product name', 'The field name needs a type'],
    ['entity product name:money', 'string, text, number, integer, boolean'],
    ["entity product 'name:string?'", 'The field name needs a type'],
    ['entity product name:string:indexed', "marked 'indexed'"],
    ['entity product active:boolean:unique', 'unique would allow two records'],
    ['entity product unit-price:number', 'camelCase'],
    ['entity product id:string', 'every entity has its id already'],
    ['entity product order:string', 'it is a parameter of lists'],
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
