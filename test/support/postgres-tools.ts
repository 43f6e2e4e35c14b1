import { execFileSync } from 'node:child_process';

/** That of the server of the tests, which older tools refuse. */
const neededMajor = 18;

/**
 * Whether this machine has PostgreSQL's own tools, new enough; reports otherwise what is skipped.
 * @param what completes the sentence "SKIPPED: …"
 */
export function hasPostgresTools(what: string): boolean {
  const isNewEnough = majorOf('pg_dump') >= neededMajor;
  if (!isNewEnough)
    process.stderr.write(
      `SKIPPED: ${what}, because there is no pg_dump ${neededMajor} or newer here. On Debian, ` +
        '`bash test/support/postgres-tools.sh FOLDER` brings one: PATH="FOLDER/bin:$PATH" npm test\n',
    );
  return isNewEnough;
}

/** The whole database as `pg_dump` writes it, in SQL. */
export const postgresDump = (url: string): string =>
  execFileSync('pg_dump', [`--dbname=${url}`], { encoding: 'utf8', maxBuffer: 2 ** 28 });

/** 0 where there is no such tool. */
function majorOf(tool: string): number {
  try {
    return Number(/ (\d+)/.exec(execFileSync(tool, ['--version'], { encoding: 'utf8' }))?.[1]);
  } catch {
    return 0;
  }
}
