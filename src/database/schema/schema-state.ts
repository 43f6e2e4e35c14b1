import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Settings } from '../../config/settings.js';
import { readSchema } from './schema-report.js';
import type { SchemaReport } from './schema-report.js';

export interface SchemaStatus extends Pick<SchemaReport, 'recorded' | 'pending' | 'unknown'> {
  /** What a start does about the schema. */
  readonly mode: Settings['database']['schemaMode'];
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
    const { recorded, pending, unknown, differences } = await readSchema(this.dataSource);
    const mode = this.settings.database.schemaMode;
    return { mode, recorded, pending, unknown, differences: differences.map(({ text }) => text) };
  }
}
