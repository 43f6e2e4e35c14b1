/**
 * The guides, step by step, as a newcomer follows them.
 * Real: the text of the guides, a copy of the repository, a shell, curl, the tools, the databases, the program compiled
 * from what the guide made. Changed: the ports, and when to look again for what arrives after an answer.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { GuideWalk } from './guide-walk.js';
import { RepositoryCopy } from './repository-copy.js';

describe('The guide', () => {
  let copy: RepositoryCopy;
  let walk: GuideWalk;
  beforeEach(async () => {
    copy = await RepositoryCopy.make();
    walk = new GuideWalk(copy, { 9000: await freePort() });
  });
  afterEach(async () => {
    await walk.end();
    await copy.remove();
  });

  it.each(['AGENTS.md', 'docs/guide/add-an-entity.md', 'docs/guide/add-a-service.md'])(
    '%s does what it says',
    async (path) => {
      await walk.follow(await readFile(path, 'utf8'));
    },
  );

  it.each([
    ['sh', 'echo one\n# two'],
    ['sh', 'false'],
    ['diff src/app.module.ts', '-not in this file\n+nor this'],
    ['diff src/app.module.ts', ' @Module({\n-missing'],
    ['ts', 'const file = undefined;'],
  ])('fails at a block of %s that says %j, so that passing means something', async (fence, text) => {
    await expect(walk.follow(`\`\`\`${fence}\n${text}\n\`\`\`\n`)).rejects.toThrow();
  });
});

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}
