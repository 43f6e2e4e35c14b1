import { signingKeysOf } from '../modules/session/index.js';
import { runDatabaseCommand } from './database-command.js';
import { readKeysCommand, usage } from './keys-arguments.js';
import { KeysCommandRunner } from './keys-command-runner.js';

await runDatabaseCommand({
  name: 'keys',
  usage,
  read: readKeysCommand,
  run: (command, dataSource, settings) =>
    new KeysCommandRunner(signingKeysOf(dataSource, settings)).run(command),
});
