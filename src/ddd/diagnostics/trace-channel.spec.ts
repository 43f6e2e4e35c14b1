// Real: Node's diagnostics_channel and AsyncLocalStorage. Nothing is fake.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { TraceSpan } from './trace-span.js';
import { TraceChannel } from './trace-channel.js';

describe('TraceChannel', () => {
  let channel: TraceChannel;
  let ends: (() => void)[];

  beforeEach(() => {
    channel = new TraceChannel(`test.${randomUUID()}`);
    ends = [];
  });
  afterEach(() => ends.forEach((end) => end()));

  it('run without subscribers only calls the work, and passes it no span', async () => {
    const given: unknown[] = [];
    const promise = Promise.resolve('done');

    expect(
      channel.run('work', (step) => {
        given.push(step);
        return promise;
      }),
    ).toBe(promise);
    expect(given).toEqual([undefined]);
  });

  it('run reports the end with name, start and the outcome that the work set', async () => {
    const seen: TraceSpan[] = [];
    ends.push(channel.watch((step) => seen.push(step)));

    const result = await channel.run('work', async (step) => {
      await yieldToEventLoop();
      step!.outcome = 'committed';
      return 5;
    });

    expect(result).toBe(5);
    expect(seen).toEqual([expect.objectContaining({ name: 'work', outcome: 'committed' })]);
    expect(seen[0]!.startedAt).toBeLessThanOrEqual(performance.now());
    expect(seen[0]).not.toHaveProperty('error');
  });

  it('run rethrows the error, and reports it', async () => {
    const seen: TraceSpan[] = [];
    ends.push(channel.watch((step) => seen.push(step)));
    const failure = new Error('no');

    await expect(channel.run('work', () => Promise.reject(failure))).rejects.toBe(failure);
    expect(seen).toMatchObject([{ error: failure }]);
  });

  it('gives the code inside a span a value of its own, and concurrent code none', async () => {
    const store = new AsyncLocalStorage<string>();
    const inside: unknown[] = [];
    ends.push(channel.enter(store, ({ name }) => name));

    const look = async () => {
      await yieldToEventLoop();
      inside.push(store.getStore());
    };
    await Promise.all([channel.run('one', look), channel.run('two', look)]);

    expect(inside.sort()).toEqual(['one', 'two']);
    expect(store.getStore()).toBeUndefined();
  });

  it('reports nothing after unsubscribing', () => {
    const end = channel.watch(() => undefined);
    expect(channel.hasSubscribers).toBe(true);
    end();
    expect(channel.hasSubscribers).toBe(false);
  });
});
