import { describe, expect, it } from '@jest/globals';
import { readSender } from './sender.js';

describe('readSender', () => {
  it.each([
    ['shop@example.com', '', 'shop@example.com'],
    ['Shop <shop@example.com>', 'Shop', 'shop@example.com'],
    ['<shop@example.com>', '', 'shop@example.com'],
    ['Smith, John <shop@example.com>', 'Smith, John', 'shop@example.com'],
    ['"Smith, John" <shop@example.com>', 'Smith, John', 'shop@example.com'],
  ])('reads %s', (text, name, address) => {
    expect(readSender(text)).toEqual({ name, address });
  });
});
