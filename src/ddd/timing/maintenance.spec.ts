// Real: the class, and timers that the test moves. Fake: the work, which the test holds up or makes fail.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Maintenance } from './maintenance.js';

class Cleaning extends Maintenance {
  protected readonly subject = 'Rooms';
  runs = 0;
  work: () => Promise<void> = async () => {};

  protected maintain(): Promise<void> {
    this.runs++;
    return this.work();
  }
}

describe('Maintenance', () => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => {
    jest.useRealTimers();
    warn.mockClear();
  });

  it('repeats its work every minute until the program stops', async () => {
    const cleaning = new Cleaning();
    cleaning.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(180_000);
    expect(cleaning.runs).toBe(3);

    await cleaning.beforeApplicationShutdown();
    await jest.advanceTimersByTimeAsync(180_000);
    expect(cleaning.runs).toBe(3);
  });

  it('begins no run before the last has ended, and a stop waits for it', async () => {
    const cleaning = new Cleaning();
    let end = () => {};
    cleaning.work = () => new Promise((resolve) => (end = resolve));
    cleaning.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(180_000);
    expect(cleaning.runs).toBe(1);

    let isStopped = false;
    const stop = cleaning.beforeApplicationShutdown().then(() => (isStopped = true));
    await jest.advanceTimersByTimeAsync(0);
    expect(isStopped).toBe(false);
    end();
    await stop;
  });

  it('logs a failure, and tries again', async () => {
    const cleaning = new Cleaning();
    cleaning.work = () => Promise.reject(new Error('no water'));
    await cleaning.run();
    await cleaning.run();

    expect(cleaning.runs).toBe(2);
    expect(warn).toHaveBeenCalledWith('Rooms could not be maintained: Error: no water');
  });
});
