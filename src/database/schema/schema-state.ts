import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Settings } from '../../config/settings.js';
import { readSchema } from './schema-report.js';

export interface SchemaStatus {
  /** What a start does about the schema. */
  readonly mode: Settings['database']['schemaMode'];
  /** Names of the migrations that have not run. */
  readonly pending: readonly string[];
  /** How the database differs from what the program needs, in words. */
  readonly differences: readonly string[];
}

/** Reports how the schema of the database compares with this program now. */
@Injectable()
export class SchemaState {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly settings: Settings,
  ) {}

  async read(): Promise<SchemaStatus> {
    const { pending, differences } = await readSchema(this.dataSource);
    const mode = this.settings.database.schemaMode;
    return { mode, pending, differences: differences.map(({ text }) => text) };
  }
}
