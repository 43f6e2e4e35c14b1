import { ratios } from './statistics.mjs';

/**
 * Sends one kind of request to every subject in turn.
 * @param stream makes the stream for a program, a round and the name of the subject
 * @returns by subject, a list with `{ rate, cpu }` of each round: 200 responses per second, processor milliseconds of the
 *   program for each
 */
export function throughput(lab, programs, stream) {
  return lab.interleaved(Object.keys(programs), async (name, round) => {
    const program = programs[name];
    const before = await program.cpu();
    const { streams, busy } = await lab.load([stream(program, round, name)]);
    const [{ responses, elapsed }] = Object.values(streams);
    const spent = ((await program.cpu()) - before) / 1_000;
    refuseStrange(program, responses);
    const { count } = responses[200];
    return { rate: count / elapsed, cpu: spent / count, busy };
  });
}

/** One part of each result, by subject. */
export const part = (results, name) =>
  Object.fromEntries(
    Object.entries(results).map(([subject, rounds]) => [subject, rounds.map((round) => round[name])]),
  );

export const comparedBy = (values, other) => ({
  what: `ours to ${other}`,
  unit: `x ${other}`,
  values: ratios(values.ours, values[other]),
});

function refuseStrange(program, responses) {
  // On a machine with other load the limiter may reject one of ten.
  const strange = Object.keys(responses).filter((status) => !['200', '503'].includes(status));
  if (strange.length || !responses[200])
    throw new Error(`${program.name} answered ${JSON.stringify(responses)}; see ${program.log}`);
}
