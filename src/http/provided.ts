import type { Abstract } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/** What the assembly provides, if it does: resolving a missing provider through Nest would end the process. */
export function provided<Provider>(
  modules: ModulesContainer,
  token: Abstract<Provider>,
): Provider | undefined {
  const provider = [...modules.values()].map(({ providers }) => providers.get(token)).find(Boolean);
  return provider?.instance as Provider | undefined;
}
