import { describe, expect, it } from '@jest/globals';
import { withinTime } from './index.js';

const never = new Promise<string>(() => {});
const late = () => 'late';

describe('withinTime', () => {
  it('returns what the work returns', async () => {
    expect(await withinTime(60_000, Promise.resolve('done'), late)).toBe('done');
  });

  it('rejects with the error of the work', async () => {
    await expect(withinTime(60_000, Promise.reject(new Error('broken')), late)).rejects.toThrow('broken');
  });

  it('returns the substitute when the limit is reached', async () => {
    expect(await withinTime(1, never, late)).toBe('late');
  });

  it('rejects with what the substitute throws', async () => {
    const expired = () => {
      throw new Error('expired');
    };
    await expect(withinTime(1, never, expired)).rejects.toThrow('expired');
  });

  it('asks for no substitute when the work is done in time', async () => {
    let expirations = 0;
    await withinTime(1, Promise.resolve(), () => expirations++);
    await new Promise((later) => setTimeout(later, 5));
    expect(expirations).toBe(0);
  });
});
