import { readFileSync } from 'node:fs';

/** The stages of the Dockerfile, each a list of `[instruction, rest]`, continued lines joined. */
export function readDockerfile(file = new URL('../../Dockerfile', import.meta.url)) {
  const lines = readFileSync(file, 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter(Boolean);
  const stages = [];
  for (const line of lines) {
    const [, instruction, rest] = /^(\w+)\s+(.*)$/.exec(line);
    if (instruction === 'FROM') stages.push([]);
    stages.at(-1)?.push([instruction, rest]);
  }
  return stages;
}

/** What the image sets for every process in it. */
export function imageEnvironment() {
  const variables = readDockerfile()
    .at(-1)
    .filter(([instruction]) => instruction === 'ENV');
  return Object.fromEntries(variables.map(([, rest]) => rest.split(/=(.*)/s, 2)));
}

/** The user that the programs run as. */
export function userOfTheImage() {
  return readDockerfile()
    .at(-1)
    .findLast(([instruction]) => instruction === 'USER')?.[1];
}
