/**
 * `npm run privacy`: whether an answer tells who has an account, with ACCOUNT_PRIVACY=strict. Requests of several classes
 * are sent one after another in random order; any two classes must have the same status, body and headers, and times that
 * Welch's t-test cannot tell apart. Once on an idle program, and once beside 10 sign-ins a second. The same requests to a
 * program with ACCOUNT_PRIVACY=disclose must be told apart, or the test sees nothing.
 *
 *   npm run privacy -- --count 2000
 *   npm run privacy -- --count 2000 --only "a sign-up"
 */
import { parseArgs } from 'node:util';
import { buildWhenStale } from '../../bench/lab/built.mjs';
import { Lab } from '../../bench/lab/lab.mjs';
import { Accounts, signedIn } from './accounts.mjs';
import { accountClasses, unprovenClasses } from './classes.mjs';
import { fastest, mean, welch } from './welch.mjs';

/** |t| above this is evidence of a leak (TVLA, ISO/IEC 17825). */
const maxT = 4.5;
const share = 0.9;
/** Requests of each class that tell apart what does differ (measured with 200: t = -15). */
const enoughToDiffer = 200;

const { values } = parseArgs({
  options: { count: { type: 'string', default: '2000' }, only: { type: 'string', default: '' } },
});
const count = Number(values.count);
/** Questions whose name begins with this. */
const { only } = values;
if (!Number.isInteger(count) || count < 20) {
  console.error('--count must be a whole number of at least 20: requests of each class');
  process.exit(2);
}

buildWhenStale();
const lab = await Lab.open({ rounds: 1, seconds: 1, peers: [] });
const failures = [];
try {
  await examine('strict', { count, isBusy: false, mayDiffer: false });
  await examine('strict', { count, isBusy: true, mayDiffer: false });
  await examine('disclose', { count: Math.min(count, enoughToDiffer), isBusy: false, mayDiffer: true });
} finally {
  await lab.close();
}
for (const failure of failures) console.error(`FAILED: ${failure}`);
process.exitCode = failures.length ? 1 : 0;

async function examine(privacy, { count, isBusy, mayDiffer }) {
  console.log(`\nACCOUNT_PRIVACY=${privacy}, ${isBusy ? 'beside 10 sign-ins a second' : 'idle'}`);
  const accounts = new Accounts(lab, privacy);
  let program = await accounts.make(count);
  const told = await ask(program, accountClasses(program, { count, caller: await signedIn(program) }), {
    count,
    isBusy,
  });
  program = await accounts.restart(program, { ACTIVATION: 'mail' });
  told.push(...(await ask(program, unprovenClasses(program, { count }), { count, isBusy })));
  await lab.stop(program);
  if (mayDiffer && !told.length) failures.push('the negative control: disclose was not told from strict');
  if (!mayDiffer) failures.push(...told.map((what) => `${isBusy ? 'busy' : 'idle'}: ${what}`));
}

/** @returns what tells the classes of the questions apart */
async function ask(program, questions, { count, isBusy }) {
  const others = isBusy ? signInsBeside(program) : undefined;
  const told = [];
  for (const [name, classes] of Object.entries(questions)) {
    if (!name.startsWith(only)) continue;
    const responses = await measure(classes, count);
    told.push(...compare(name, responses));
    if (
      Object.values(responses)
        .flat()
        .some(({ shape }) => shape.includes('server-timing'))
    )
      told.push(`${name}: the answers have a Server-Timing header`);
  }
  await others?.stop();
  return told;
}

/** Sends the requests of all classes in random order. @returns for each class its answers */
async function measure(classes, count) {
  const order = Object.keys(classes).flatMap((name) => Array.from({ length: count }, () => name));
  shuffle(order);
  const responses = Object.fromEntries(Object.keys(classes).map((name) => [name, []]));
  for (const name of order) responses[name].push(await timed(classes[name](responses[name].length)));
  return responses;
}

async function timed({ url, body, headers: given = {} }) {
  const began = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...given },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const took = performance.now() - began;
  const headers = [...response.headers.keys()].filter((name) => name !== 'date').sort();
  return { took, shape: JSON.stringify([response.status, headers, text]) };
}

/** Compares each class with the first. @returns what tells them apart */
function compare(name, responses) {
  const [[first, others], ...rest] = Object.entries(responses);
  const times = (given) =>
    fastest(
      given.map(({ took }) => took),
      share,
    );
  const shapes = (given) => [...new Set(given.map(({ shape }) => shape))].sort().join('\n');
  console.log(`  ${name}: ${first} takes ${mean(times(others)).toFixed(2)} ms`);
  return rest.flatMap(([other, given]) => {
    const t = welch(times(others), times(given));
    const isSame = shapes(given) === shapes(others);
    console.log(
      `    ${other.padEnd(16)} ${mean(times(given)).toFixed(2)} ms, t = ${t.toFixed(1)}${isSame ? '' : ', ANOTHER ANSWER'}`,
    );
    return [
      ...(isSame ? [] : [`${name}: ${other} is answered otherwise than ${first}`]),
      ...(Math.abs(t) < maxT
        ? []
        : [`${name}: ${other} is told from ${first} by its time, t = ${t.toFixed(1)}`]),
    ];
  });
}

function signInsBeside(program) {
  let isOver = false;
  const load = (async () => {
    while (!isOver) await lab.load([lab.signIns(program, { inFlight: 1, every: 100 })], { seconds: 1 });
  })();
  return {
    stop: async () => {
      isOver = true;
      await load;
    },
  };
}

function shuffle(list) {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [list[last], list[other]] = [list[other], list[last]];
  }
}
