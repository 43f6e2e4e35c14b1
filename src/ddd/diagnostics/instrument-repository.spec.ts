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

  it('without subscribers only calls the repository, private members included', async () => {
    expect(await instrumentRepository(new CountingRepository()).raiseTwice()).toBe(2);
    expect(seen).toEqual([]);
  });

  it('reports only the outermost call', async () => {
    watch();

    expect(await instrumentRepository(new CountingRepository()).raiseTwice()).toBe(2);
    expect(seen.map(({ name }) => name)).toEqual(['CountingRepository.raiseTwice']);
  });

  it('reports a failure, and rethrows it', async () => {
    watch();

    await expect(instrumentRepository(new CountingRepository()).fail()).rejects.toThrow('no');
    expect(seen).toMatchObject([{ name: 'CountingRepository.fail', error: new Error('no') }]);
  });

  it('does not turn a synchronous method into an asynchronous one', () => {
    watch();
    const repository = instrumentRepository(new CountingRepository());

    expect(repository.current()).toBe(0);
    expect(repository.label).toBe('counter');
    expect(repository).toBeInstanceOf(CountingRepository);
  });
});
