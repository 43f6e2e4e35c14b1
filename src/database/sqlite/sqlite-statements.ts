/** One statement of a text. */
export interface SqliteStatement {
  readonly sql: string;
  /** Its first keyword in capitals, which alone decides the kind of statement. */
  readonly keyword: string;
}

/**
 * What the engine skips or reads as one unit: whitespace and comments, quoted text and names, words, single characters.
 */
const token =
  /(?<blank>[ \t\n\f\r\ufeff]+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|(?<word>[\w$\u0080-\uffff]+)|(?<end>;)|[^]/gy;

/** The same few texts run again and again; a long one is a script that runs once. */
const maxRemembered = 500;
const maxRememberedLength = 5_000;
const remembered = new Map<string, readonly SqliteStatement[]>();

type State = 'start' | 'normal' | 'explain' | 'create' | 'trigger' | 'semicolon' | 'end';

/**
 * Splits a text where SQLite itself sees the end of a statement: the semicolons inside a trigger do not end it. This is
 * the state machine of sqlite3_complete (https://sqlite.org/src/file/src/complete.c). The `sqlite3` package prepares only
 * the first statement of a text and ignores the rest without an error.
 * @throws TypeError for a text with a NUL, after which SQLite reads nothing
 */
export function sqliteStatements(text: string): readonly SqliteStatement[] {
  const known = remembered.get(text);
  if (known) return known;
  const statements = split(text);
  if (text.length > maxRememberedLength) return statements;
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(text, statements);
  return statements;
}

function split(text: string): SqliteStatement[] {
  if (text.includes('\0'))
    throw new TypeError(
      'The SQL holds a NUL, after which SQLite reads nothing: pass the value as a parameter',
    );
  const statements: SqliteStatement[] = [];
  let state: State = 'start';
  let keyword = '';
  let start = 0;
  for (const { index, groups = {} } of text.matchAll(token)) {
    if (groups['blank'] !== undefined) continue;
    const word = groups['word']?.toUpperCase() ?? '';
    const isEnd: boolean = groups['end'] !== undefined;
    if (state === 'start' && !isEnd) {
      keyword = word;
      start = index;
    }
    const next = following(state, isEnd ? ';' : word);
    if (next === 'start' && state !== 'start') statements.push({ sql: text.slice(start, index), keyword });
    state = next;
  }
  if (state !== 'start') statements.push({ sql: text.slice(start), keyword });
  return statements;
}

function following(state: State, token: string): State {
  switch (state) {
    case 'start':
      if (token === ';') return 'start';
      if (token === 'EXPLAIN') return 'explain';
      return token === 'CREATE' ? 'create' : 'normal';
    case 'normal':
      return token === ';' ? 'start' : 'normal';
    case 'explain':
      if (token === ';') return 'start';
      if (token === 'CREATE') return 'create';
      return token === 'QUERY' || token === 'PLAN' ? 'explain' : 'normal';
    case 'create':
      if (token === ';') return 'start';
      if (token === 'TRIGGER') return 'trigger';
      return token === 'TEMP' || token === 'TEMPORARY' ? 'create' : 'normal';
    case 'trigger':
      return token === ';' ? 'semicolon' : 'trigger';
    case 'semicolon':
      if (token === ';') return 'semicolon';
      return token === 'END' ? 'end' : 'trigger';
    case 'end':
      return token === ';' ? 'start' : 'trigger';
  }
}
