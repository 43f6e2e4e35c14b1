import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Request } from 'express';

/** How many proxies in front are trusted, or the addresses and networks that they are in. */
export type TrustedProxies = number | readonly string[];

/**
 * Finds the address of the client that sent a request: the nearest that is not a trusted proxy. When the header contains
 * anything but addresses, it is the address of the connection.
 */
export function clientAddressOf(trusted: TrustedProxies): (request: Request) => string {
  const isProxy =
    typeof trusted === 'number' ? (_: string, hop: number) => hop < trusted : inNetworks(trusted);
  return (request) => {
    const connected = addressIn(request.socket.remoteAddress ?? '') ?? '';
    const forwarded = (request.get('x-forwarded-for') ?? '').split(',').reverse();
    let client = connected;
    for (let hop = 0; isProxy(client, hop) && hop < forwarded.length; hop++) {
      const before = addressIn(forwarded[hop] ?? '');
      if (before === undefined) return connected;
      client = before;
    }
    return client;
  };
}

/** The network of one client: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  return `${groupsOf(address).slice(0, 4).join(':')}::/64`;
}

/** An address without port, brackets and zone, a mapped IPv4 address as IPv4; undefined for anything else. */
function addressIn(text: string): string | undefined {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text.trim()) ?? [];
  const [, withPort] = /^([\d.]+):\d+$/.exec(text.trim()) ?? [];
  const [address = ''] = (bracketed ?? withPort ?? text.trim()).split('%');
  if (!isIP(address)) return undefined;
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
  return isMapped ? groups.slice(6).flatMap(bytesOf).join('.') : address;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  // A URL writes an embedded IPv4 address in hexadecimal, and removes leading zeros.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = written.split('::');
  const before = head ? head.split(':') : [];
  const after = tail ? tail.split(':') : [];
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}

const bytesOf = (group: string): number[] => {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 255];
};

function inNetworks(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
