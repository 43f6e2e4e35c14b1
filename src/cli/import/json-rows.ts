import type { AccountRow } from './account-row.js';
import type { TextLine } from './text-lines.js';

/** Each line is a JSON object. */
export async function* jsonRows(lines: AsyncIterable<TextLine>): AsyncGenerator<AccountRow> {
  for await (const { line, text } of lines) {
    const fields = text === undefined ? undefined : objectIn(text);
    yield fields ? { line, fields } : { line, problem: 'it is not a JSON object' };
  }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null && !Array.isArray(found)
      ? (found as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
