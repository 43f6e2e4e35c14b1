/** The stages of the Dockerfile, each a list of `[instruction, rest]`, continued lines joined. */
export function readDockerfile(): [string, string][][];

/** What the image sets for every process in it. */
export function imageEnvironment(): Record<string, string>;

/** The user that the programs run as. */
export function userOfTheImage(): string | undefined;
