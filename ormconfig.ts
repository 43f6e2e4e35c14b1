import { readProcessSettings } from './src/config/process-settings.js';
import { describeDataSource } from './src/database/describe-data-source.js';

const { database } = readProcessSettings((warning) => process.stderr.write(`${warning}\n`));

/** For TypeORM's command line: `npx typeorm -d dist/ormconfig.js …`. Its statements may take their time. */
export default describeDataSource({ ...database, statementTimeoutMs: 0 });
