import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A public one, one with a reference, one that belongs to its owner, and one with a field of every type. */
const entities = [
  'product name:string sku:string:unique price:number --access public',
  'note title:string body:text:optional productId:reference:product:optional',
  'memo title:string done:boolean --access owner',
  'order-line title:string:unique price:number amount:integer:unique paid:boolean note:text:optional ' +
    'rating:number:optional place:string:unique:optional day:date:index at:datetime:unique ' +
    'total:decimal:12,2:unique state:enum:open,on-hold,closed:index buyer:email:unique code:uuid:unique ' +
    'extra:json:optional share:decimal:2,2 whole:decimal:15,0:optional productId:reference:product ' +
    'accountId:reference:user:optional parentId:reference:order-line:optional due:date:optional ' +
    'seen:datetime:optional size2:enum:s,m:optional reply:email:optional key:uuid:optional data:json',
];

/** Columns that come later, of generated entities and of the account. */
const fields = [
  'product rank:integer:optional',
  'memo label:string:optional',
  'user phone:string:optional:index',
];

/** @returns the folder of a copy of the repository that has grown, a repository of its own; the caller removes it */
export async function grow() {
  const folder = await mkdtemp(join(tmpdir(), 'accounts-grown-'));
  try {
    await growIn(folder);
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function growIn(folder) {
  const run = (command) =>
    execFileSync('sh', ['-c', command], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  for (const file of filesOfThis()) {
    await cp(file, join(folder, file)).catch(ignoreDeleted);
  }
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  for (const entity of entities) run(`npm run -s generate -- entity ${entity}`);
  run('npm run -s generate -- service audit');
  run('npm run -s migration:generate -- add-entities');
  for (const field of fields) run(`npm run -s generate -- field ${field}`);
  // The link to the packages is no file of the copy.
  run('git init -q && echo node_modules >> .git/info/exclude && git add --all');
}

const filesOfThis = () =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { encoding: 'utf8' })
    .split('\0')
    .filter(Boolean);

function ignoreDeleted(error) {
  if (error.code !== 'ENOENT') throw error;
}
