import { createCommitSignal } from '../database/commit-signal.provider.js';
import { OutboxCommandRunner } from '../observability/outbox/outbox-command-runner.js';
import { runDatabaseCommand } from './database-command.js';
import { readCommand, usage } from './outbox-arguments.js';

await runDatabaseCommand({
  name: 'outbox',
  usage,
  read: readCommand,
  run: (command, dataSource, { database }) =>
    new OutboxCommandRunner(dataSource, createCommitSignal(dataSource, database)).serve(command),
});
