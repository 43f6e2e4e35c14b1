// Real: every import of src, as dependency-cruiser finds it, and the page. Nothing is fake.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { cruise, type ICruiseResult } from 'dependency-cruiser';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

/** The folders of src from top to bottom. Folders that are left out are below all of them. */
const levels = [
  'cli',
  'app',
  'notification-service',
  'resource',
  'observability',
  'rest',
  'openapi',
  'http',
  'database',
  'modules',
  'ddd/component',
  'ddd/resource',
  'ddd/limit',
  'ddd/idempotency',
  'ddd/outbox',
  'ddd/worker',
  'identity',
  'ddd/field',
  'ddd/repository',
];
/** What `npm run generate` adds with an entity, and is drawn whether there is one yet or not. */
const ofEntities = [
  ['resource', 'rest'],
  ['resource', 'ddd/resource'],
  ['modules', 'ddd/field'],
];
const below = ['config', 'ddd/error', 'ddd/diagnostics', 'ddd/timing'];

function folderOf(file: string): string {
  const [, first = '', second = '', ...rest] = file.split('/');
  if (!second) return 'app';
  return first === 'ddd' ? (rest.length ? `ddd/${second}` : 'ddd') : first;
}

let imports: string[][];
let arrows: string[][];
beforeAll(async () => {
  const { output } = await cruise([join(root, 'src')], {
    baseDir: root,
    tsPreCompilationDeps: true,
    tsConfig: { fileName: join(root, 'tsconfig.json') },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: String.raw`\.spec\.ts$` },
  });
  const found = (output as ICruiseResult).modules.flatMap(({ source, dependencies }) =>
    dependencies
      .filter(({ resolved }) => resolved.startsWith('src/'))
      .map(({ resolved }) => `${folderOf(source)} ${folderOf(resolved)}`),
  );
  imports = [...new Set(found)].map((one) => one.split(' ')).filter(([from, to]) => from !== to);
  arrows = imports.filter(([from = '', to = '']) => !below.includes(from) && !below.includes(to));
});

const idOf = (folder: string) => folder.replace(/\W/g, '_');

function picture(): string {
  const boxes = levels.map((folder) => `  ${idOf(folder)}[${folder}]`);
  const lines = levels.flatMap((from) =>
    levels
      .filter((to) => [...arrows, ...ofEntities].some(([one, other]) => one === from && other === to))
      .map((to) => `  ${idOf(from)} --> ${idOf(to)}`),
  );
  return ['flowchart TD', ...boxes, ...lines].join('\n');
}

describe('The picture of the architecture', () => {
  it('has every folder of src', () => {
    const folders = new Set(arrows.flat());
    expect([...folders].filter((folder) => !levels.includes(folder))).toEqual([]);
    expect(levels.filter((folder) => !folders.has(folder))).toEqual([]);
  });

  it('has only downward arrows', () => {
    const upward = arrows.filter(([from = '', to = '']) => levels.indexOf(from) >= levels.indexOf(to));
    expect(upward).toEqual([]);
  });

  it('leaves out only folders that import none of those it shows', () => {
    const upward = imports.filter(([from = '', to = '']) => below.includes(from) && !below.includes(to));
    expect(upward).toEqual([]);
  });

  it('is the one on the page', () => {
    const [, drawn = ''] = /```mermaid\n([^]*?)\n?```/.exec(page) ?? [];
    expect(drawn).toBe(picture());
  });
});

describe('The page of the architecture', () => {
  it('names only files and folders that exist', () => {
    const named = [...page.matchAll(/`(src\/[\w./-]+?)(?:\/?\*)?`/g)].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((file) => !/\*|app\.$/.test(file) && !exists(file))).toEqual([]);
  });
});

function exists(file: string): boolean {
  try {
    readFileSync(join(root, file));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR';
  }
}
