/**
 * `npm run bench`: compares the product with other programs within one run, and prints one table.
 * docs/guide/performance.md explains how to read it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildWhenStale } from './lab/built.mjs';
import { Lab } from './lab/lab.mjs';
import { peers } from './lab/peer.mjs';
import { meetsGoal, table } from './lab/table.mjs';

const rows = [
  'sign-in',
  'sign-up',
  'storm',
  'session',
  'limits',
  'info-page',
  'units-sqlite',
  'units-postgres',
  'delivery',
  'start',
  'memory',
  'scale',
  'shedding',
  'burst',
  'drain',
  'neighbours',
  'backlog',
  'delivered',
];

const usage = `npm run bench -- [options]
  --only ROW        measure this row; may be given again. Rows: ${rows.join(', ')}
  --peer NAME       compare with this one too, installed on demand: ${peers.join(', ')}
  --rounds N        rounds of each comparison, at least 3 unless --quick; 7 by default
  --seconds N       seconds of load in each round; 2 by default
  --quick           one short round, only to check that it runs
  --json FILE       write the figures to this file; by default bench/results/<time>.json
  --help`;

const options = read();
if (options) await run(options);

function read() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: rows },
      peer: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick, rounds = quick ? 1 : 7, seconds = quick ? 1 : 2 } = values;
  const wrong =
    unknown(values.only, rows, '--only') ??
    unknown(values.peer, peers, '--peer') ??
    (Number.isInteger(Number(rounds)) && Number(rounds) >= (quick ? 1 : 3)
      ? undefined
      : `--rounds must be a whole number of at least ${quick ? 1 : 3}`) ??
    (Number(seconds) > 0 ? undefined : '--seconds must be above 0');
  if (wrong) {
    console.error(`${wrong}\n\n${usage}`);
    process.exitCode = 2;
  } else if (values.help) console.log(usage);
  else return { ...values, rounds: Number(rounds), seconds: Number(seconds) };
  return undefined;
}

function unknown(names, known, option) {
  const unknownName = names.find((name) => !known.includes(name));
  return unknownName && `${option} ${unknownName} is unknown`;
}

async function run({ only, peer, rounds, seconds, json }) {
  buildWhenStale();
  const figures = [];
  for (const row of only) {
    process.stderr.write(`${row}\n`);
    const { measure } = await import(`./rows/${row}.mjs`);
    const lab = await Lab.open({ rounds, seconds, peers: peer });
    try {
      figures.push(...(await measure(lab)));
    } catch (error) {
      // The other rows are still useful.
      console.error(`${row} could not be measured:`, error);
      process.exitCode = 1;
    } finally {
      await lab.close();
    }
  }
  const about = { at: new Date().toISOString(), machine: machine(), rounds, seconds };
  const file = json ?? join(import.meta.dirname, 'results', `${about.at.replaceAll(':', '-')}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ ...about, figures: figures.map(summarized) }, null, 2));
  console.log(`${about.machine}\n${rounds} rounds of ${seconds} s, interleaved: median (least–most)\n`);
  console.log(table(figures));
  console.log(`\nAlso in ${file}`);
}

function summarized(figure) {
  return { ...figure, ...(figure.goal && { met: meetsGoal(figure) }) };
}

function machine() {
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} x ${model.trim()}, ${memory} GiB, Node ${process.version}, ${process.platform} ${process.arch}`;
}
