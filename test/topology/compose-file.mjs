import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A variable of the environment: `${NAME}`, `${NAME:-default}` or `${NAME:?message}`. */
const variable = /\$\{(\w+)(?:(:-|:\?)([^}]*))?\}/g;

/** Reads docker-compose.yml as Compose does: variables put in, merges resolved, short forms written out. */
export function readCompose(variables, file = new URL('../../docker-compose.yml', import.meta.url)) {
  const filled = (value) => {
    if (typeof value === 'string') return value.replace(variable, (...found) => valueOf(variables, ...found));
    if (Array.isArray(value)) return value.map(filled);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each)]));
  };
  const { services } = filled(parse(readFileSync(file, 'utf8'), { merge: true }));
  return Object.entries(services).map(([name, service]) => ({
    ...service,
    name,
    environment: service.environment ?? {},
    replicas: service.deploy?.replicas ?? 1,
    dependsOn: Object.entries(service.depends_on ?? {}).map(([on, { condition }]) => ({ on, condition })),
    mounts: (service.volumes ?? []).map((volume) => volume.split(':')[1]),
  }));
}

function valueOf(variables, _, name, operator, rest = '') {
  if (variables[name]) return variables[name];
  if (operator === ':?') throw new Error(`${name} ${rest}`);
  return rest;
}
