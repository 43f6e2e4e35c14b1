import { part } from '../lab/throughput.mjs';

const clients = 600;
const every = 10;
const mebibyte = 1_048_576;

/**
 * 600 connected clients sign in repeatedly and obey Retry-After; meanwhile others read and check health.
 */
export async function measure(lab) {
  const results = await lab.interleaved(['ours'], async () => {
    const program = await lab.serveAccounts('ours');
    const { url } = program;
    // Each client has its connection, as behind a proxy with keep-alive: Node accepts one new connection per iteration
    // of its event loop.
    await lab.load(
      [{ name: 'connect', url, request: 'get', about: { path: '/health/live' }, inFlight: clients }],
      { seconds: 10, count: clients },
    );
    const { streams } = await lab.load(
      [
        lab.signIns(program, { inFlight: clients, obeys: true }),
        { name: 'page', url, request: 'GET /', every },
        { name: 'read', url, request: 'read an account', every },
        { name: 'health', url, request: 'get', about: { path: '/health/live' }, every },
      ],
      { seconds: 3 * lab.seconds },
    );
    const { peak } = await program.memory();
    await lab.stop(program);
    return figuresOf(streams, peak);
  });
  const figure = (name, unit, key, goal) => ({ name, unit, values: part(results, key), goal });
  return [
    figure('600 clients, sign-ins accepted', '/s', 'accepted'),
    figure('600 clients, sign-ins accepted, p99', 'ms', 'acceptedP99', { most: 1_000 }),
    figure('600 clients, sign-ins shed (503)', '/s', 'shed'),
    figure('600 clients, anything else', 'responses', 'strange', { most: 0 }),
    figure('600 clients, GET /, p99', 'ms', 'pageP99', { most: 25 }),
    figure('600 clients, a read, p99', 'ms', 'readP99', { most: 25 }),
    figure('600 clients, health, p99', 'ms', 'healthP99', { most: 25 }),
    figure('600 clients, memory, peak', 'MiB', 'peak', { most: 200 }),
  ];
}

function figuresOf({ 'sign in': signIn, page, read, health }, peak) {
  const { 200: accepted, 503: shed, ...strange } = signIn.responses;
  return {
    accepted: (accepted?.count ?? 0) / signIn.elapsed,
    acceptedP99: accepted?.p99 ?? NaN,
    shed: (shed?.count ?? 0) / signIn.elapsed,
    // A 503 without Retry-After counts as strange.
    strange: Object.values(strange).reduce((sum, { count }) => sum + count, 0),
    pageP99: page.responses[200].p99,
    readP99: read.responses[404].p99,
    healthP99: health.responses[200]?.p99 ?? NaN,
    peak: peak / mebibyte,
  };
}
