// Real: textlint with the repository's own configuration. Fake: a page under fixtures/prose that breaks it.
import { describe, expect, it } from '@jest/globals';
import { runTool } from './fixtures.js';

describe('the prose linter', () => {
  it('reports a retired phrase with its replacement, and a misspelled term of the field', async () => {
    const { passed, output } = await runTool(
      'textlint',
      '--format',
      'unix',
      'test/architecture/fixtures/prose/page.md',
    );

    expect(passed).toBe(false);
    expect(output).toContain('page.md:5:14: Incorrect term: “under way”, use “in flight” instead');
    expect(output).toContain('page.md:5:39: Incorrect term: “javascript”, use “JavaScript” instead');
    expect(output).toContain('2 problems');
  });

  it('finds nothing in the documentation of this repository', async () => {
    const { passed, output } = await runTool(
      'textlint',
      '*.md',
      '.github/**/*.md',
      'docs/**/*.md',
      'examples/**/*.md',
    );

    expect(output).toBe('');
    expect(passed).toBe(true);
  });
});
