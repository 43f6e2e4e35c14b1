import { createCommitSignal } from '../database/commit-signal.provider.js';
import { runDatabaseCommand } from './database-command.js';
import { OutboxCommandRunner } from './outbox-command-runner.js';
import { readCommand, usage } from './outbox-arguments.js';

await runDatabaseCommand({
  name: 'outbox',
  usage,
  read: readCommand,
  run: (command, dataSource, { database }) =>
    new OutboxCommandRunner(dataSource, createCommitSignal(dataSource, database)).serve(command),
});
