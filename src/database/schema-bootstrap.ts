import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, Table, TableIndex } from 'typeorm';
import type { QueryRunner } from 'typeorm';

/** Creates the tables and indices that are missing when the program starts. It never drops and never alters any. */
@Injectable()
export class SchemaBootstrap implements OnModuleInit {
  readonly #logger = new Logger(SchemaBootstrap.name);

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    try {
      for (const metadata of this.dataSource.entityMetadatas) {
        const wanted = Table.create(metadata, this.dataSource.driver);
        const found = await runner.getTable(metadata.tablePath);
        if (found) await this.#complete(runner, found, wanted);
        else await runner.createTable(wanted, true);
      }
    } finally {
      await runner.release();
    }
  }

  async #complete(runner: QueryRunner, found: Table, wanted: Table): Promise<void> {
    const missing = wanted.columns
      .filter((column) => !found.findColumnByName(column.name))
      .map(({ name }) => name);
    if (missing.length)
      throw new Error(
        `The table ${wanted.name} has no column ${missing.join(', ')}: this program is newer than the database, ` +
          'which must be migrated first',
      );
    for (const index of wanted.indices.filter(
      ({ name }) => !found.indices.some((known) => known.name === name),
    )) {
      this.#logger.log(`Creating the index ${index.name}`);
      await runner.createIndex(found, new TableIndex(index));
    }
  }
}
