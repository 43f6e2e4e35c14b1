import type { SchemaReport } from './schema-report.js';
import { DatabaseStartError } from '../database-start.error.js';

/** The database does not match the program, and may not be changed here. */
export class SchemaMismatchError extends DatabaseStartError {
  constructor(problems: readonly string[], wayOut: string) {
    super(
      `The database does not fit this program:\n${problems.map((each) => `- ${each}\n`).join('')}${wayOut}`,
    );
  }
}

/** What to do about a database that does not fit, as far as that is known. */
export function remedyFor({
  recorded,
  pending,
  unknown,
}: Pick<SchemaReport, 'recorded' | 'pending' | 'unknown'>): string {
  if (recorded.length === 0) return noHistory;
  if (pending.length) return 'Back it up, then bring it up to date: npm run migrate';
  if (unknown.length) return `${newerProgram(unknown)}. ${goingBack}`;
  return (
    'No migration changes that. After a change of an entity write one: npm run migration:generate -- <name>, ' +
    'and then: npm run migrate'
  );
}

export const newerProgram = (unknown: readonly string[]) =>
  `The database has run the migration ${unknown.join(', ')}, which this program does not have: a newer version ran it, or ` +
  'its file was deleted';

export const goingBack =
  'Start that version again. To stay with this one, restore the backup from before the upgrade (npm run restore): no ' +
  'command reverts a migration';

/** The remedy when it is unknown which migrations a database has had. */
export const noHistory =
  'It has tables of ours but no record of migrations. Name an empty database in DATABASE_URL, or use the version of the ' +
  'program that made this one';

/** A migration threw. */
export class MigrationFailedError extends DatabaseStartError {
  constructor(name: string, cause: unknown) {
    const refusal = missingRight(cause);
    const reason = refusal?.message ?? (cause instanceof Error ? cause.message : String(cause));
    const remedy = refusal
      ? 'Migrate as the owner of the database, or make its user the owner: ALTER DATABASE … OWNER TO …'
      : 'Correct the migration or the data, then run it again: npm run migrate';
    super(`The migration ${name} failed and left nothing behind: ${reason}\n${remedy}`, { cause });
  }
}

/** What PostgreSQL says when its user lacks a right (SQLSTATE insufficient_privilege). */
export function missingRight(cause: unknown): Error | undefined {
  for (let link = cause; link instanceof Error; link = link.cause)
    if ((link as { code?: unknown }).code === '42501') return link;
  return undefined;
}

/** A part of what a migration does is there already, and the rest would take more than adding it. */
export class HalfPresentError extends Error {
  constructor(problems: readonly string[]) {
    super(
      `a part of its outcome is in the database already, and the rest cannot simply be added (${problems.join('; ')}). ` +
        'Split it into one migration per change: those whose outcome is present are recorded, and the others run',
    );
  }
}

/** A migration has effects that its tables do not show, and these tables exist already. */
export class UnseenEffectsError extends Error {
  constructor() {
    super(
      'a part of its outcome is in the database already, and whether its other statements have run cannot be determined. ' +
        'Move the statements that change rows, or that create anything but tables and indexes, into a migration of their own',
    );
  }
}

/** SQLite changes a table by copying it. */
export class LostColumnsError extends Error {
  constructor(columns: readonly string[]) {
    super(
      `it copies the table, and would lose ${columns.join(', ')}, which it does not know. ` +
        'Name the column in both tables of the copy and in its INSERT, or drop it first if its values are not needed',
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
