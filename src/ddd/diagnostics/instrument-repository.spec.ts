// Real: the proxy and the channel. Fake: a repository that only counts.
import { afterEach, describe, expect, it } from '@jest/globals';
import type { TraceSpan } from './trace-span.js';
import { traceChannels } from './trace-channels.js';
import { instrumentRepository } from './instrument-repository.js';

class CountingRepository {
  #count = 0;
  readonly label = 'counter';

  async raise(): Promise<number> {
    return ++this.#count;
  }

  async raiseTwice(): Promise<number> {
    await this.raise();
    return this.raise();
  }

  async fail(): Promise<never> {
    throw new Error('no');
  }

  current(): number {
    return this.#count;
  }
}

describe('instrumentRepository', () => {
  const seen: TraceSpan[] = [];
  let end = () => {};
  const watch = () => (end = traceChannels.repository.watch((step) => seen.push(step)));
  afterEach(() => {
    end();
    seen.length = 0;
  });

  it('only calls the repository itself and its private members without subscribers', async () => {
    expect(await instrumentRepository(new CountingRepository()).raiseTwice()).toBe(2);
    expect(seen).toEqual([]);
  });

  it('tells the outermost call alone', async () => {
    watch();

    expect(await instrumentRepository(new CountingRepository()).raiseTwice()).toBe(2);
    expect(seen.map(({ name }) => name)).toEqual(['CountingRepository.raiseTwice']);
  });

  it('tells a failure, and passes it on', async () => {
    watch();

    await expect(instrumentRepository(new CountingRepository()).fail()).rejects.toThrow('no');
    expect(seen).toMatchObject([{ name: 'CountingRepository.fail', error: new Error('no') }]);
  });

  it('leaves alone what is no promise', () => {
    watch();
    const repository = instrumentRepository(new CountingRepository());

    expect(repository.current()).toBe(0);
    expect(repository.label).toBe('counter');
    expect(repository).toBeInstanceOf(CountingRepository);
  });
});
