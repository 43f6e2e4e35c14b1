// Real: ESLint with the repository's own configuration. Fake: the small tree under fixtures/lint, in which each line
// marked `// breaks <rule> …` breaks exactly those rules.
import { relative } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ESLint, type Linter } from 'eslint';
import { configuration, fixtures, markers } from './fixtures.js';

describe('the lint rules', () => {
  let house: Linter.Config[];
  let found: { place: string; rule: string; message: string }[];

  beforeAll(async () => {
    const config = await configuration<Linter.Config[]>('eslint.config.js');
    house = config.filter(({ name }) => name?.startsWith('house/'));
    found = await lint(fixtures('lint'), config);
  });

  it('report every marked line of the fixtures, and no other', () => {
    const marked = markers(fixtures('lint')).flatMap(({ file, line, what }) =>
      what.split(' ').map((rule) => `${file}:${line} ${rule}`),
    );

    expect(found.map(({ place, rule }) => `${place} ${rule}`).sort()).toEqual(marked.sort());
  });

  it('of our own each have a line that breaks them', () => {
    const rules = house.flatMap((block) => Object.keys(block.rules ?? {}));
    const fired = new Set(found.map(({ rule }) => rule));

    expect(rules).not.toHaveLength(0);
    expect(rules.filter((rule) => !fired.has(rule))).toEqual([]);
  });

  it('of our own are tested with every message that they have', () => {
    const texts = house.flatMap(messagesOf);

    expect(texts).not.toHaveLength(0);
    expect(texts.filter((text) => !found.some(({ message }) => message.includes(text)))).toEqual([]);
  });
});

async function lint(folder: string, config: Linter.Config[]) {
  const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: config });
  const results = await eslint.lintFiles(['**/*.ts']);
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, ruleId, message }) => ({
      place: `${relative(folder, filePath)}:${line}`,
      rule: ruleId ?? 'none',
      message,
    })),
  );
}

/** Every `message` in the options of a block's rules, and what its own rule can say after the file's name. */
function messagesOf({ rules, plugins }: Linter.Config): string[] {
  const texts: string[] = [];
  JSON.stringify(rules, (key, value: unknown) => {
    if (key === 'message') texts.push(String(value));
    return value;
  });
  for (const { meta } of Object.values(plugins?.['house']?.rules ?? {}))
    texts.push(...Object.values(meta?.messages ?? {}).map((text) => text.replace('{{name}} ', '')));
  return texts;
}
