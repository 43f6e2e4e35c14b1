import { pathToFileURL } from 'node:url';
import { programPath, type RunningProgram, startProgram } from './program.js';

/** The notification service, run as real processes. */
export class MailProgram {
  private readonly running: RunningProgram[] = [];

  constructor(readonly folder: string) {}

  /** Runs the service on its own. */
  standalone(variables: NodeJS.ProcessEnv): RunningProgram {
    return this.run([programPath('src/notification-service/main.js')], variables);
  }

  /** Runs a program that starts the bundled service as the API does, and stops it at SIGTERM. */
  parent(
    variables: NodeJS.ProcessEnv,
    program = programPath('src/notification-service/main.js'),
  ): RunningProgram {
    const url = (path: string) => JSON.stringify(pathToFileURL(path));
    const script = `
      import { processVariables } from ${url(programPath('src/config/process-settings.js'))};
      import { startBundledNotificationService } from ${url(programPath('src/notification-service/bundled.js'))};
      const service = await startBundledNotificationService(processVariables(), new URL(${url(program)}));
      process.once('SIGTERM', () => service.stop());
      console.log('at ' + service.url + ' ');`;
    return this.run(['--input-type=module', '--eval', script], variables);
  }

  killAll(): void {
    for (const program of this.running) program.kill('SIGKILL');
  }

  private run(args: string[], variables: NodeJS.ProcessEnv): RunningProgram {
    const program = startProgram({ cwd: this.folder, args, variables });
    this.running.push(program);
    return program;
  }
}
