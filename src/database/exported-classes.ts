import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Class = new (...given: never[]) => unknown;

/**
 * The classes exported by every file below a folder whose name has this ending; none if there is no such folder.
 * (TypeORM's own patterns import through `Function`, whose compiled form V8 shares between the realms of a test runner:
 * the second test file that loads entities would get those of the first.)
 */
export async function exportedClasses(folder: string, ending: string): Promise<Class[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const exported: unknown[] = [];
  // One after another: Jest cannot link modules that are imported concurrently and share a dependency.
  for (const file of files.filter((name) => name.endsWith(ending)).sort())
    exported.push(
      ...(Object.values((await import(pathToFileURL(join(folder, file)).href)) as object) as unknown[]),
    );
  return exported.filter(isClass);
}

const isClass = (value: unknown): value is Class =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
