import type { TextMatch } from '../fitted-condition.js';
import { spellingsOf } from '../letter-case.js';
import type { SqlColumn } from './sql-column.js';
import { ordered, parameter } from './sql-text.js';
import type { SqlText } from './sql-text.js';

/** SQLite takes a pattern of at most 50,000 bytes. (https://sqlite.org/limits.html) */
const maxPatternLength = 10_000;

/** Looks for a text at a place in a column. Wildcards in the text have no meaning. */
export function sqlTextMatch(column: SqlColumn, match: TextMatch, text: SqlText): string {
  const { name } = column;
  if (match.ignoresCase) return sqlMatchIgnoringCase(column, match, text);
  if (text.isPostgres) return `${name} LIKE ${parameter(text, placed(match, escapeLike(match.text), '%'))}`;
  if (match.at === 'anywhere') return `instr(${name}, ${parameter(text, match.text)}) > 0`;
  if (match.text.length <= maxPatternLength)
    return `${name} GLOB ${parameter(text, placed(match, escapeGlob(match.text), '*'))}`;
  if (match.at === 'start') return `instr(${name}, ${parameter(text, match.text)}) = 1`;
  return `substr(${name}, -length(${parameter(text, match.text)})) = ${parameter(text, match.text)}`;
}

/**
 * Every spelling of every character is in the pattern, so that both databases follow our table of case and not their
 * own: SQLite's folds ASCII alone, that of PostgreSQL depends on the collation.
 */
function sqlMatchIgnoringCase(column: SqlColumn, match: TextMatch, text: SqlText): string {
  const characters = [...match.text].map((character) => ({ character, spellings: spellingsOf(character) }));
  const pattern = (escape: (character: string) => string) =>
    characters
      .map(({ character, spellings }) =>
        spellings.length > 1 ? `[${spellings.join('')}]` : escape(character),
      )
      .join('');
  if (!text.isPostgres)
    return `${column.name} GLOB ${parameter(text, placed(match, pattern(escapeGlob), '*'))}`;
  const isAtStart = match.at === 'start' || match.at === 'whole';
  const isAtEnd = match.at === 'end' || match.at === 'whole';
  const expression = `${isAtStart ? '^' : ''}${pattern(escapeExpression)}${isAtEnd ? '$' : ''}`;
  return `${ordered(text, column)} ~ ${parameter(text, expression)}`;
}

/** A pattern of the whole text: with a wildcard where anything may stand. */
const placed = ({ at }: TextMatch, pattern: string, wildcard: string) =>
  `${at === 'anywhere' || at === 'end' ? wildcard : ''}${pattern}${at === 'anywhere' || at === 'start' ? wildcard : ''}`;

/** SQLite's LIKE ignores case. Its GLOB does not, and both GLOB and PostgreSQL's LIKE may use an index. */
const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&');
const escapeGlob = (text: string) => text.replace(/[*?[]/g, '[$&]');
const escapeExpression = (text: string) =>
  text.replace(/[^\p{L}\p{M}\p{N}\s]/gu, (one) => (one < '\x7f' ? `\\${one}` : one));
