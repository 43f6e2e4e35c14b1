/**
 * The fake service itself.
 * Real: its HTTP server, the requests. Fake: nothing else.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { respond, respondJson, FakeService, hang, inSequence, reset } from './index.js';

describe('FakeService', () => {
  let service: FakeService;
  beforeEach(async () => {
    service = await FakeService.start();
  });
  afterEach(() => service.stop());

  const send = (key: string, body?: object) =>
    fetch(`${service.url}/mail/send/`, {
      method: 'POST',
      headers: { 'Idempotency-Key': key },
      ...(body && { body: JSON.stringify(body) }),
    });

  it('records its requests, by key', async () => {
    await send('a', { to: 'Ada' });
    await send('b');
    await send('a', { to: 'Ada' });

    const first = { key: 'a', method: 'POST', path: '/mail/send/', body: { to: 'Ada' }, number: 1 };
    expect(await service.first).toEqual(first);
    expect(service.of('a')).toEqual([first, { ...first, number: 2 }]);
    expect(service.of('b')).toMatchObject([{ body: undefined, number: 1 }]);
  });

  it('plays its behaviors in sequence for each key, and then repeats the last', async () => {
    service.behaviour = inSequence(respond(503, { 'Retry-After': '1' }), respondJson({ done: true }, 201));
    const refused = await send('a');
    const accepted = await send('a');

    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect([accepted.status, await accepted.json()]).toEqual([201, { done: true }]);
    expect((await send('a')).status).toBe(201);
    expect((await send('b')).status).toBe(503);
  });

  it('resets connections, and leaves requests hanging until it stops', async () => {
    service.behaviour = reset;
    await expect(send('a')).rejects.toThrow();
    service.behaviour = hang;
    const hanging = send('b');
    await service.until(2);
    expect(service.inFlight).toBe(1);
    await service.stop();

    await expect(hanging).rejects.toThrow();
    service = await FakeService.start();
  });
});
