// Real: the rule. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import { proxyFor } from './http-proxy.js';

describe('proxyFor', () => {
  it.each([
    'http://localhost:8001',
    'http://LOCALHOST',
    'http://localhost.:8001',
    'http://mail.localhost',
    'http://127.0.0.1:8001/api',
    'http://127.1.2.3',
    'http://127.1',
    'http://0x7f000001',
    'http://[::1]:8001',
    'http://[0:0:0:0:0:0:0:1]',
    'http://[::ffff:127.0.0.1]',
    'https://user:password@127.0.0.1',
  ])('never uses a proxy for %s', (url) => {
    expect(proxyFor(url)).toEqual({ proxy: false });
  });

  it.each([
    'http://notifications:8001',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://128.0.0.1',
    'http://[::2]',
    'http://10.127.0.1',
  ])('leaves %s to the environment', (url) => {
    expect(proxyFor(url)).toEqual({});
  });
});
