import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A variable of the environment: `${NAME}`, or with an operator of a shell; `$$` is a dollar. */
const variable = /\$\$|\$\{(\w+)(?:(:?[-?+])([^}]*))?\}/g;

/** Reads docker-compose.yml as Compose does: with variables expanded, merges resolved and short forms expanded. */
export function readCompose(variables, file = new URL('../../docker-compose.yml', import.meta.url)) {
  const filled = (value) => {
    if (typeof value === 'string') return value.replace(variable, (...found) => valueOf(variables, ...found));
    if (Array.isArray(value)) return value.map(filled);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each)]));
  };
  const { services } = filled(parse(readFileSync(file, 'utf8'), { merge: true }));
  // A variable without a value is passed on where it is set, and absent where it is not.
  const environmentOf = ({ environment = {} }) =>
    Object.fromEntries(
      Object.entries(environment)
        .map(([name, value]) => [name, value ?? variables[name]])
        .filter(([, value]) => value !== undefined),
    );
  return Object.entries(services).map(([name, service]) => ({
    ...service,
    name,
    environment: environmentOf(service),
    handedOn: Object.keys(service.environment ?? {}),
    replicas: service.deploy?.replicas ?? 1,
    dependsOn: Object.entries(service.depends_on ?? {}).map(([on, { condition }]) => ({ on, condition })),
    mounts: (service.volumes ?? [])
      .map((volume) => volume.split(':'))
      .map(([source, target]) => ({ source, target })),
  }));
}

function valueOf(variables, text, name, operator = '', rest = '') {
  if (text === '$$') return '$';
  const value = variables[name];
  const isThere = operator.startsWith(':') ? Boolean(value) : value !== undefined;
  if (operator.endsWith('+')) return isThere ? rest : '';
  if (isThere) return value;
  if (operator.endsWith('?')) throw new Error(`${name} ${rest}`);
  return rest;
}
