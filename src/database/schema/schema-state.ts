import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { readSchema } from './schema-report.js';

export interface SchemaStatus {
  /** Names of the migrations that have not run. */
  readonly pending: readonly string[];
  /** What the database has otherwise than the program needs it, in words. */
  readonly differences: readonly string[];
}

/** Tells how the schema of the database stands to this program now. */
@Injectable()
export class SchemaState {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async read(): Promise<SchemaStatus> {
    const { pending, differences } = await readSchema(this.dataSource);
    return { pending, differences: differences.map(({ text }) => text) };
  }
}
