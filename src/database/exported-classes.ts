import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Class = new (...given: never[]) => unknown;

/**
 * The classes exported by every file below a folder whose name ends so; none where there is no such folder.
 * (TypeORM's own patterns import through `Function`, whose compiled form V8 shares between the worlds that a test
 * runner keeps apart: the second test file to load entities would get them from the first one's.)
 */
export async function exportedClasses(folder: string, ending: string): Promise<Class[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const paths = files.filter((file) => file.endsWith(ending)).sort();
  const modules = await Promise.all(
    paths.map((path) => import(pathToFileURL(join(folder, path)).href) as Promise<object>),
  );
  return modules.flatMap((exported): unknown[] => Object.values(exported)).filter(isClass);
}

const isClass = (value: unknown): value is Class =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
