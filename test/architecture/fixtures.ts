import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const here = import.meta.dirname;

export const root = resolve(here, '../..');
export const fixtures = (kind: 'walls' | 'lint') => join(here, 'fixtures', kind);

/** The default export of a configuration file of the repository; these files have no types of their own. */
export async function configuration<Shape>(file: string): Promise<Shape> {
  const { default: exported } = (await import(join(root, file))) as { default: Shape };
  return exported;
}

export interface Marker {
  readonly file: string;
  readonly line: number;
  /** What stands after the word `breaks`. */
  readonly what: string;
}

/** The lines of a fixture that say `// breaks …`. */
export function markers(folder: string): Marker[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .flatMap((text, index) => {
          const what = /\/\/ breaks (.+)$/.exec(text)?.[1];
          return what ? [{ file, line: index + 1, what }] : [];
        }),
    );
}

/** Runs an installed tool on the repository; `output` is what a developer would read. */
export function runTool(tool: string, ...parameters: string[]) {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  return new Promise<{ passed: boolean; output: string }>((ended) => {
    execFile(
      join(root, 'node_modules/.bin', tool),
      parameters,
      { cwd: root, env: environment },
      (error, stdout, stderr) => ended({ passed: error === null, output: stdout + stderr }),
    );
  });
}
