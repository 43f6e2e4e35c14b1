/**
 * docs/guide/idempotency.md, typed line by line.
 * Real: the text of the guide, a shell, curl, the compiled program, an empty folder. Changed: the port.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunningService } from '../support/running-service.js';
import { patternOf, stepsIn } from '../support/walk.js';

let service: RunningService;
beforeEach(async () => (service = await RunningService.start({})));
afterEach(() => service.stop());

describe('The guide to idempotency keys', () => {
  it('prints what it says, and leaves one account', async () => {
    const guide = await readFile('docs/guide/idempotency.md', 'utf8');
    const [[, block = ''] = [], ...others] = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
    expect(others).toEqual([]);
    const steps = stepsIn(block);
    expect(steps).toHaveLength(4);
    for (const { command, printed } of steps) {
      const { port } = new URL(service.url);
      const typed = command.replace('localhost:8000', `localhost:${port}`);
      const { stdout } = await promisify(execFile)('sh', ['-c', typed]);
      expect(stdout).toMatch(patternOf(printed));
    }
    const credentials = { email: 'jane@example.com', password: '123456' };
    expect((await service.post('/user/activate/', credentials)).status).toBe(404);
  });
});
