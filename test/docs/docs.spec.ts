// Real: every page of the repository, and the error mapping. Nothing is fake.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { appErrorMapping } from '../../src/app.error-mapping.js';
import { apiInfo } from '../../src/openapi/api-info.js';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const pagesIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file));

const pages = ['.', 'docs', 'docs/adr', 'docs/guide', 'docs/reference', '.github'].flatMap(pagesIn);
const records = pagesIn('docs/adr').filter((file) => !file.endsWith('README.md'));

const withoutCode = (text: string) => text.replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
const anchorsOf = (text: string) =>
  [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe('The documentation', () => {
  it.each(pages)('%s links only to files and headings that exist', (page) => {
    const broken = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^(?:https?:|mailto:)/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path ? join(root, dirname(page), path) : join(root, page);
        if (!existsSync(file)) return true;
        return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it('has an index with every guide and reference page', () => {
    const index = read('docs/README.md');
    const missing = ['docs/guide', 'docs/reference']
      .flatMap(pagesIn)
      .filter((page) => !index.includes(`(${page.replace('docs/', '')})`));
    expect(missing).toEqual([]);
  });
});

describe('AGENTS.md', () => {
  const page = read('AGENTS.md');

  it('names only folders, files and commands that exist', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
    const paths = [...page.matchAll(/`((?:src|docs|test)\/[^`\s]*|\w+\.md)`/g)].map(([, path = '']) => path);
    const commands = [...page.matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, script = '']) => script);

    expect(paths.filter((path) => !existsSync(join(root, path.replaceAll('<name>', 'user'))))).toEqual([]);
    expect(commands.filter((script) => !scripts.includes(script))).toEqual([]);
  });

  it('is a page', () => expect(page.split('\n').length).toBeLessThan(80));
});

describe('The version', () => {
  it('is one in the package, its lock, the document and the changelog', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    const lock = JSON.parse(read('package-lock.json')) as {
      version: string;
      packages: Record<string, { version: string }>;
    };
    const [, released] = /^## (\d+\.\d+\.\d+) \(/m.exec(read('CHANGELOG.md')) ?? [];
    expect([lock.version, lock.packages['']?.version, apiInfo.version, released]).toEqual(
      Array(4).fill(version),
    );
  });
});

describe('The decision records', () => {
  it.each(records)('%s has a number of its own, which its heading repeats', (record) => {
    const number = /\/(\d{4})-/.exec(record)?.[1] ?? '';
    expect(records.filter((other) => other.includes(`/${number}-`))).toEqual([record]);
    expect(read(record)).toMatch(new RegExp(`^# ${Number(number)}\\. \\S`));
  });

  it.each(records)('%s is at most a page', (record) => {
    expect(read(record).split(/\s+/).length).toBeLessThan(500);
  });

  it('have an index with the title of each, in their order', () => {
    const titles = records.map((record) => {
      const [, number, title] = /^# (\d+)\. (.+)$/m.exec(read(record)) ?? [];
      return [number, title, record.replace('docs/adr/', '')];
    });
    const listed = [...read('docs/adr/README.md').matchAll(/^\| (\d+) +\| \[(.+?)\]\((.+?)\) +\|$/gm)];
    expect(listed.map(([, ...row]) => row)).toEqual(titles);
  });
});

describe('The reference of error codes', () => {
  it('has every code with its status, in the order of the program', () => {
    const rows = [...read('docs/reference/errors.md').matchAll(/^\| `([a-z.-]+)` +\| (\d{3}) +\|/gm)];
    expect(rows.map(([, code, status]) => [code, Number(status)])).toEqual(
      Object.entries(appErrorMapping).map(([code, { status }]) => [code, status]),
    );
  });
});
