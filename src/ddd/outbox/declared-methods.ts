import { MetadataScanner } from '@nestjs/core';
import type { DiscoveryService } from '@nestjs/core';

export interface DeclaredMethod<Declaration> {
  readonly instance: object;
  readonly method: string;
  readonly declaration: Declaration;
  /** Its class, its name and its module. */
  readonly name: string;
}

/** The methods of providers for which a decorator has stored something under a key. */
export function declaredMethods<Declaration>(
  discovery: DiscoveryService,
  key: string | symbol,
): DeclaredMethod<Declaration>[] {
  const scanner = new MetadataScanner();
  const hosts = new Map<object, string>();
  for (const { instance, host } of discovery.getProviders()) {
    const made: unknown = instance;
    // Another token for the same object is no second one.
    if (typeof made === 'object' && made !== null && !hosts.has(made))
      hosts.set(made, host?.name ?? 'no module');
  }
  return [...hosts].flatMap(([instance, host]) => {
    const prototype = Object.getPrototypeOf(instance) as Record<string, object> | null;
    return scanner.getAllMethodNames(prototype).flatMap((method) => {
      const declared = prototype?.[method] && (Reflect.getMetadata(key, prototype[method]) as unknown);
      if (declared === undefined) return [];
      const name = `${instance.constructor.name}.${method} of ${host}`;
      return [{ instance, method, declaration: declared as Declaration, name }];
    });
  });
}
