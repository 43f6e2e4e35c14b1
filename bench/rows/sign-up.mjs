import { compare } from './sign-in.mjs';

/** Sign-ups a second. Ours also delivers each welcome message meanwhile; the baseline only records it. */
export function measure(lab) {
  return compare(lab, 'sign-up', { least: 0.85 }, (program, inFlight, round) =>
    lab.signUps(program, { inFlight, prefix: `new-${inFlight}-${round}-` }),
  );
}
