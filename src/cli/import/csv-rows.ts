import { UsageError } from '../usage.error.js';
import { fieldNames, requiredFields } from './account-fields.js';
import type { AccountRow } from './account-row.js';
import type { TextLine } from './text-lines.js';

/**
 * CSV (RFC 4180) with the names of the fields in the first line. No field of an account may contain a line break, so each
 * line is read alone: a wrong quotation mark costs one account, and not all that follow, as with a parser of whole files.
 * @throws UsageError when the first line does not name the fields
 */
export async function* csvRows(lines: AsyncIterable<TextLine>): AsyncGenerator<AccountRow> {
  let names: readonly string[] | undefined;
  for await (const { line, text } of lines) {
    const values = text === undefined ? undefined : valuesIn(text);
    if (!names) names = fieldsNamedBy(values ?? []);
    else if (!values) yield { line, problem: 'it is not CSV: check its quotation marks' };
    else if (values.length !== names.length)
      yield { line, problem: 'it has not as many values as the first line has names' };
    else yield { line, fields: Object.fromEntries(names.map((name, nth) => [name, values[nth]])) };
  }
  if (!names) fieldsNamedBy([]);
}

function fieldsNamedBy(values: readonly string[]): string[] {
  const names = values.map((name) => name.trim());
  const unknown = names.filter((name, nth) => !fieldNames.has(name) || names.indexOf(name) !== nth);
  const missing = requiredFields.filter((name) => !names.includes(name));
  if (unknown.length || missing.length)
    throw new UsageError(
      `The first line must name the fields ${[...fieldNames].join(',')}` +
        (missing.length ? `; missing: ${missing.join(', ')}` : '') +
        (unknown.length ? `; unknown or repeated: ${unknown.join(', ')}` : ''),
    );
  return names;
}

/** A value and what ends it. */
const value = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;

/** @returns undefined for a line with a quotation mark that does not belong there */
function valuesIn(text: string): string[] | undefined {
  const values: string[] = [];
  value.lastIndex = 0;
  for (let end = ','; end === ',';) {
    const found = value.exec(text);
    if (!found) return undefined;
    const [, quoted, plain = '', ending = ''] = found;
    values.push(quoted?.replaceAll('""', '"') ?? plain);
    end = ending;
  }
  return values;
}
