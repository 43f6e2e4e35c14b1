import { part } from '../lab/throughput.mjs';

const every = 10;

/** How long others wait while 20 sign-ins are kept in flight: `GET /`, and a read of one row. */
export async function measure(lab) {
  const programs = { ours: await lab.serveAccounts('ours'), baseline: await lab.serveAccounts('baseline') };
  const results = await lab.interleaved(Object.keys(programs), async (name) => {
    const program = programs[name];
    const { url } = program;
    const { streams } = await lab.load([
      lab.signIns(program, { inFlight: 20 }),
      { name: 'page', url, request: 'GET /', every },
      { name: 'read', url, request: 'read an account', every },
    ]);
    const page = streams.page.responses[200];
    const read = streams.read.responses[404];
    return { pageP50: page.p50, pageP99: page.p99, readP50: read.p50, readP99: read.p99 };
  });
  await lab.stop(...Object.values(programs));
  const goal = { most: 25 };
  return [
    { name: 'GET / beside 20 sign-ins, p50', unit: 'ms', values: part(results, 'pageP50') },
    { name: 'GET / beside 20 sign-ins, p99', unit: 'ms', values: part(results, 'pageP99'), goal },
    { name: 'a read beside 20 sign-ins, p50', unit: 'ms', values: part(results, 'readP50') },
    { name: 'a read beside 20 sign-ins, p99', unit: 'ms', values: part(results, 'readP99'), goal },
  ];
}
