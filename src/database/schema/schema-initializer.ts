import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Settings } from '../../config/settings.js';
import { describeDataSource } from '../describe-data-source.js';
import { openDataSource } from '../open-data-source.js';
import { createSchema } from './create-schema.js';
import { migrateWithoutAltering, migrateSchema } from './migrate-schema.js';
import { isFileWithoutTables } from './missing-accounts.js';
import { newerProgram, remedyFor, SchemaMismatchError } from './schema.errors.js';
import { SchemaState } from './schema-state.js';
import type { Migrated } from './settling-executor.js';

/** Prepares the schema when the program starts, according to SCHEMA_MODE, before anything else uses it. */
@Injectable()
export class SchemaInitializer implements OnModuleInit {
  readonly #logger = new Logger(SchemaInitializer.name);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly settings: Settings,
    private readonly state: SchemaState,
  ) {}

  async onModuleInit(): Promise<void> {
    const { schemaMode, address } = this.settings.database;
    if (address.kind === 'sqlite' && (await isFileWithoutTables(this.dataSource)))
      this.#logger.warn(
        `The file ${address.file} already existed, and has no table of this service: any accounts ` +
          `that were expected in it are missing. (A copy made with cp lacks what was in its -wal file: use npm run backup)`,
      );
    switch (schemaMode) {
      case 'create':
        return this.#create();
      case 'migrate':
        return this.#migrate();
      case 'check':
        return this.#check();
    }
  }

  async #create(): Promise<void> {
    this.#report(await migrateWithoutAltering(this.dataSource));
    const created = await createSchema(this.dataSource);
    if (created.length) this.#logger.log(`Created what was missing: ${created.join('; ')}`);
    await this.#warn();
  }

  /** On a separate connection, without limits on statements. */
  async #migrate(): Promise<void> {
    const dataSource = await openDataSource(
      describeDataSource({ ...this.settings.database, statementTimeoutMs: 0 }),
    );
    try {
      this.#report(await migrateSchema(dataSource));
    } finally {
      await dataSource.destroy();
    }
    await this.#warn();
  }

  #report({ ran, adopted, completed }: Migrated): void {
    for (const name of ran) this.#logger.log(`Migrated ${name}`);
    for (const name of adopted)
      this.#logger.log(`Recorded ${name}, because its outcome was already in the database`);
    for (const name of completed)
      this.#logger.log(`Completed ${name}: a part of its outcome was already in the database`);
  }

  async #check(): Promise<void> {
    const state = await this.state.read();
    const { pending, unknown, differences } = state;
    const problems = [...differences, ...pending.map((name) => `the migration ${name} has not run`)];
    if (problems.length)
      throw new SchemaMismatchError(
        problems,
        pending.length
          ? 'SCHEMA_MODE=check changes nothing. Bring the database up to date: npm run migrate'
          : remedyFor(state),
      );
    this.#warnOfUnknown(unknown);
  }

  async #warn(): Promise<void> {
    const state = await this.state.read();
    const { pending, unknown, differences } = state;
    if (unknown.length && differences.length) throw new SchemaMismatchError(differences, remedyFor(state));
    this.#warnOfUnknown(unknown);
    for (const name of pending) this.#logger.warn(`The migration ${name} has not run: npm run migrate`);
    for (const text of differences) this.#logger.warn(`The database does not fit this program: ${text}`);
  }

  #warnOfUnknown(unknown: readonly string[]): void {
    if (unknown.length) this.#logger.warn(`${newerProgram(unknown)}. The database fits nevertheless`);
  }
}
