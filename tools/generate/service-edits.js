import { execSync } from 'node:child_process';
import { appModuleWith } from './app-module.js';
import { edited } from './edits.js';

/** The files that know of a service, with it: settings, the compose file, readiness, doctor, the assembly. */
export async function serviceEdits({ kebab, camel, pascal, words, variable }) {
  return [
    await edited('src/config/sections.ts', [
      [
        /^import \{ accountSettings \} .*\n/,
        `import { ${camel}Settings } from './groups/${kebab}.settings.js';\n`,
      ],
      [/^ {2}\.\.\.deliverySettings,\n/, `  ...${camel}Settings,\n`],
      [
        /^ {2}\{ heading: 'Delivery of notifications', .*\n/,
        `  { heading: 'The ${words} service', settings: flat(${camel}Settings) },\n`,
      ],
    ]),
    await edited('docker-compose.yml', [[/^ {6}NOTIFICATION_TIMEOUT_MS:\n/, `      ${variable}:\n`]]),
    await edited('src/observability/health/remote-services.ts', [
      [
        /^import type \{ RemoteServiceWorker \} .*\n/,
        `import { ${pascal}Module, ${pascal}ServiceWorker } from '../../modules/${kebab}/index.js';\n`,
      ],
      [
        /^export const remoteServices: .* = \[\n/,
        `{ name: '${camel}Service', module: ${pascal}Module, worker: ${pascal}ServiceWorker, isConfigured: ({ ${camel} }) => ${camel}.url !== undefined },\n`,
      ],
    ]),
    await edited('src/cli/doctor/remote-service.check.ts', [
      [
        /^const remoteServices: .* = \[/,
        `{ check: '${words} service', variable: '${variable}', url: ({ ${camel} }) => ${camel}.url },`,
      ],
    ]),
    await appModuleWith({ name: `${pascal}Module`, from: `./modules/${kebab}/index.js` }),
  ];
}

/** Writes the documents that repeat the settings. On Windows, only a shell can start npm. */
export function documentSettings() {
  execSync('npm run -s settings', { stdio: ['ignore', 'ignore', 'inherit'] });
}
