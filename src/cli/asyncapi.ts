import { DiscoveryService, ModulesContainer, NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { ConfigModule } from '../config/config.module.js';
import { readSettings } from '../config/settings.js';
import { asyncApiOf } from '../openapi/asyncapi.js';
import { parseArguments } from './parse-arguments.js';
import { UsageError } from './usage.error.js';

const usage = `Prints the topics of the program, their payloads and their consumers as an AsyncAPI 3.0 document.

  npm run -s asyncapi > topics.json

Nothing is started: it needs no database and no settings. It does not see handlers that a factory makes.
Exit code: 0 done, 2 wrong arguments.`;

try {
  const { help, positionals } = parseArguments(process.argv.slice(2));
  if (positionals.length) throw new UsageError(`${positionals.join(' ')} is an unexpected argument`);
  if (help) console.log(usage);
  else console.log(JSON.stringify(await document(), null, 2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}. Run npm run asyncapi -- --help for usage.`);
  process.exitCode = 2;
}

async function document() {
  const program = { module: AppModule, imports: [ConfigModule.with(readSettings({}))] };
  const app = await NestFactory.createApplicationContext(program, {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  // The preview has made no service of its own.
  return asyncApiOf(new DiscoveryService(app.get(ModulesContainer)));
}
