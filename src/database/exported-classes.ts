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
  const exported: unknown[] = [];
  // One after another, for Jest cannot link modules that are imported at the same time and share a third.
  for (const file of files.filter((name) => name.endsWith(ending)).sort())
    exported.push(
      ...(Object.values((await import(pathToFileURL(join(folder, file)).href)) as object) as unknown[]),
    );
  return exported.filter(isClass);
}

const isClass = (value: unknown): value is Class =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
