import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A public one, one for callers who are signed in, and one that belongs to its owner. */
const entities = [
  'product name:string sku:string:unique price:number --access public',
  'note title:string body:text:optional',
  'memo title:string done:boolean --access owner',
];

/** Columns that come later, in front of the others and behind them. */
const columns = {
  'src/modules/product/product.entity.ts': (text) =>
    text.replace(
      '  @PrimaryColumn',
      "  @Column({ type: 'integer', default: 0 })\n  rank?: number;\n\n  @PrimaryColumn",
    ),
  'src/modules/user/user.entity.ts': (text) =>
    text.replace(
      /\n}\n$/,
      "\n\n  @Column('varchar', { length: 20, nullable: true })\n  phone?: string | null;\n}\n",
    ),
};

/** @returns the folder of a copy of the repository that has grown, a repository of its own */
export async function grow() {
  const folder = await mkdtemp(join(tmpdir(), 'accounts-grown-'));
  const run = (command) =>
    execFileSync('sh', ['-c', command], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  for (const file of filesOfThis()) {
    await cp(file, join(folder, file)).catch(ignoreDeleted);
  }
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  for (const entity of entities) run(`npm run -s generate -- entity ${entity}`);
  run('npm run -s migration:generate -- add-entities');
  for (const [path, change] of Object.entries(columns)) await edit(join(folder, path), change);
  run('npm run -s migration:generate -- add-columns');
  run('git init -q && git add --all');
  return folder;
}

const filesOfThis = () =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { encoding: 'utf8' })
    .split('\0')
    .filter(Boolean);

function ignoreDeleted(error) {
  if (error.code !== 'ENOENT') throw error;
}

async function edit(path, change) {
  const before = await readFile(path, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`${path} has no place for another column`);
  await writeFile(path, after);
}
