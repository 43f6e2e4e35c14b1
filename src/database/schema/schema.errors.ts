import { DatabaseStartError } from '../database-start.error.js';

/** The database does not match the program, and may not be changed here. */
export class SchemaMismatchError extends DatabaseStartError {
  constructor(problems: readonly string[], wayOut: string) {
    super(
      `The database does not fit this program:\n${problems.map((each) => `- ${each}\n`).join('')}${wayOut}`,
    );
  }
}

/** The remedy when it is unknown which migrations a database has had. */
export const noHistory =
  'It has tables of ours but no record of migrations. Name an empty database in DATABASE_URL, or use the version of the ' +
  'program that made this one';

/** A migration threw. */
export class MigrationFailedError extends DatabaseStartError {
  constructor(name: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `The migration ${name} failed and left nothing behind: ${reason}\n` +
        'Correct the migration or the data, then run it again: npm run migrate',
      { cause },
    );
  }
}

/** After the migrations, rows would refer to missing rows; everything was rolled back. */
export class DanglingReferencesError extends DatabaseStartError {
  constructor(dangling: readonly { readonly table: string; readonly parent: string }[]) {
    const pairs = [...new Set(dangling.map(({ table, parent }) => `${table} to ${parent}`))];
    super(
      `The migrations would leave ${dangling.length} rows that refer to missing rows (${pairs.join(', ')}), so they were ` +
        'rolled back: let the migration keep the rows that others refer to',
    );
  }
}

/** Another process has been changing the schema for too long. */
export class SchemaLockedError extends DatabaseStartError {
  constructor(waited: number) {
    super(
      `Another process has been changing the schema for ${Math.round(waited / 1_000)} s: check what it is doing, stop it if ` +
        'it hangs, and start again',
    );
  }
}
