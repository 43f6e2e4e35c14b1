import { AccountsCommandRunner } from './accounts-command-runner.js';
import { readAccountsCommand, usage } from './accounts-arguments.js';
import { runDatabaseCommand } from './database-command.js';

await runDatabaseCommand({
  name: 'accounts',
  usage,
  read: readAccountsCommand,
  run: (command, dataSource, settings) => new AccountsCommandRunner(dataSource, settings).run(command),
});
