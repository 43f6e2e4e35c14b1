// Real: dependency-cruiser with the repository's own rules. Fake: the small trees under fixtures/walls, one for each
// rule and called like it. In each tree the files marked `// breaks the wall` break that rule, and nothing else does.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { configuration, fixtures, markers, root, runTool } from './fixtures.js';

const trees = readdirSync(fixtures('walls')).sort();

describe('the walls', () => {
  let config: IConfiguration;

  beforeAll(async () => {
    config = await configuration('.dependency-cruiser.js');
  });

  it.each(trees)('%s reports the marked files of its fixture, and no other rule does', async (tree) => {
    const folder = join(fixtures('walls'), tree);
    const marked = new Set(markers(folder).map(({ file }) => file));

    expect(marked.size).toBeGreaterThan(0);
    expect(await brokenWalls(folder, config)).toEqual({ [tree]: marked });
  });

  it('each have a fixture, and no fixture is left over', () => {
    expect(config.forbidden?.map(({ name }) => name).sort()).toEqual(trees);
  });

  it('explain the reason, and then the alternative', () => {
    for (const { comment } of config.forbidden ?? []) expect(comment).toMatch(/^.+\. .+\.$/);
  });

  it('hold in this repository', async () => {
    const { passed, output } = await runTool('depcruise', '.', '--output-type', 'err-long');

    expect(output).toMatch(/no dependency violations found \((?!0 )/);
    expect(passed).toBe(true);
  });
});

/** Checks a folder as if it were the repository, and returns which files break which walls. */
async function brokenWalls(folder: string, { forbidden = [], options }: IConfiguration) {
  const { tsConfig: _, enhancedResolveOptions, ...rest } = options ?? {};
  const { output } = await cruise(
    ['.'],
    { ...rest, baseDir: folder, validate: true, ruleSet: { forbidden } },
    enhancedResolveOptions,
    { tsConfig: extractTSConfig(join(root, 'tsconfig.json')) },
  );
  const broken: Record<string, Set<string>> = {};
  for (const { source, rules = [], dependencies } of (output as ICruiseResult).modules)
    for (const { name } of [...rules, ...dependencies.flatMap((dependency) => dependency.rules ?? [])])
      (broken[name] ??= new Set()).add(source);
  return broken;
}
