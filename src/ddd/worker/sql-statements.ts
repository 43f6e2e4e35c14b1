/** How the two databases differ in reading a SQL text. */
export type Dialect = 'postgres' | 'sqlite';

/** Comments, quoted text and quoted names. PostgreSQL's comments nest, so only their beginning is matched. */
const quotations: Record<Dialect, RegExp> = {
  postgres:
    /--[^\n\r]*|\/\*|(?<![\w$])[eE]'(?:\\[^]|''|[^'\\])*'?|'[^']*'?|"[^"]*"?|(?<![\w$])(\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)[^]*?(?:\1|$)/gi,
  sqlite: /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'[^']*'?|"[^"]*"?|`[^`]*`?|\[[^\]]*\]?/g,
};

/** A statement whose body contains semicolons that do not end it: the body ends with a part that begins with END. */
const opensBody: Record<Dialect, RegExp> = {
  postgres: /^CREATE\b[^]*\bBEGIN\s+ATOMIC\b/i,
  sqlite: /^CREATE\s+(?:TEMP(?:ORARY)?\s+)?TRIGGER\b[^]*\bBEGIN\b/i,
};

/** The statements of a text, without comments and quoted text. Plain quoted names lose only their quotes. */
export function sqlStatements(sql: string, dialect: Dialect): string[] {
  const statements: string[] = [];
  let isInBody = false;
  for (const piece of withoutQuotations(sql, dialect).split(';')) {
    const statement = piece.replace(/^[\s\ufeff]+/, '');
    if (isInBody) isInBody = !/^END\b/i.test(statement);
    else if (statement) {
      statements.push(statement);
      isInBody = opensBody[dialect].test(statement);
    }
  }
  return statements;
}

function withoutQuotations(sql: string, dialect: Dialect): string {
  const quotation = new RegExp(quotations[dialect]);
  let bare = '';
  let from = 0;
  for (let match = quotation.exec(sql); match; match = quotation.exec(sql)) {
    if (match[0] === '/*') quotation.lastIndex = endOfNestedComment(sql, match.index);
    bare += sql.slice(from, match.index) + replacementOf(match[0]);
    from = quotation.lastIndex;
  }
  return bare + sql.slice(from);
}

function replacementOf(quotation: string): string {
  if (quotation.startsWith('--') || quotation.startsWith('/*')) return ' ';
  const [, name] = /^["`[](\w+)["`\]]$/.exec(quotation) ?? [];
  return name ?? "''";
}

function endOfNestedComment(sql: string, start: number): number {
  const bracket = /\/\*|\*\//g;
  bracket.lastIndex = start;
  let depth = 0;
  for (let match = bracket.exec(sql); match; match = bracket.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return bracket.lastIndex;
  }
  return sql.length;
}
