import { MigrationExecutor } from 'typeorm';
import type { DataSource, Migration } from 'typeorm';

/** The migrations of this program in their order. */
export function programMigrations(dataSource: DataSource): readonly Migration[] {
  return new OpenExecutor(dataSource).getMigrations();
}

/** TypeORM hands them to a subclass only. */
class OpenExecutor extends MigrationExecutor {
  override getMigrations(): Migration[] {
    return super.getMigrations();
  }
}
