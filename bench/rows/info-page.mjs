import { request } from 'undici';
import { comparedBy, part, throughput } from '../lab/throughput.mjs';

const inFlight = 20;

/** `GET /` against Express alone, and a plain Nest application that logs each request, with the same body. */
export async function measure(lab) {
  const ours = await lab.serve('ours');
  const body = await (await request(`${ours.url}/`)).body.text();
  const programs = {
    ours,
    express: await lab.serve('express', { body }),
    nest: await lab.serve('nest', { body }),
  };
  const stream = ({ url }) => ({ name: 'page', url, request: 'GET /', inFlight });
  for (const program of Object.values(programs)) await lab.load([stream(program)], { seconds: 1 });
  const results = await throughput(lab, programs, stream);
  await lab.stop(...Object.values(programs));
  const rate = part(results, 'rate');
  const cpu = part(results, 'cpu');
  const busy = Math.max(...Object.values(part(results, 'busy')).flat());
  return [
    {
      name: `GET /, ${inFlight} at once`,
      unit: '/s',
      values: rate,
      compared: comparedBy(rate, 'express'),
      goal: { least: 0.75 },
      busy,
    },
    {
      name: `GET /, ${inFlight} at once, beside Nest`,
      unit: '/s',
      values: { ours: rate.ours, nest: rate.nest },
      compared: comparedBy(rate, 'nest'),
      goal: { least: 1.3 },
      busy,
    },
    {
      name: `GET /, ${inFlight} at once, CPU`,
      unit: 'ms',
      values: cpu,
      compared: comparedBy(cpu, 'express'),
    },
  ];
}
