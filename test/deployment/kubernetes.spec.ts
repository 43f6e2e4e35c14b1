/**
 * ops/kubernetes, without a cluster.
 * Real: the files, the schemas of Kubernetes (by kubernetes-models), the settings, both programs' health addresses.
 * Fake: nothing is applied. `kubectl kustomize` builds the files where kubectl is there.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IService } from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';
import { secretSettings } from '../../src/config/secret-files.js';
import { allSettings } from '../../src/config/sections.js';
import { readSettings } from '../../src/config/settings.js';
import { MailService } from '../support/mail-service.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';
import { imageEnvironment } from '../topology/dockerfile.mjs';
import { schemaErrors } from './kubernetes-schema.js';
import type { Manifest } from './kubernetes-schema.js';

const repository = resolve(import.meta.dirname, '../..');
const folder = join(repository, 'ops/kubernetes');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

const kustomization = parse(read('kustomization.yaml')) as {
  resources: string[];
  configMapGenerator: { name: string; envs: string[] }[];
};
const manifests = kustomization.resources.flatMap((name) =>
  parseAllDocuments(read(name)).map((document) => document.toJS() as Manifest),
);
const settingsText = kustomization.configMapGenerator.flatMap(({ envs }) => envs.map(read)).join('\n');
const settings = Object.fromEntries(
  [...settingsText.matchAll(/^([^#\s=]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
);
const labelOf = (component: string) => ({
  'app.kubernetes.io/name': 'account-service',
  'app.kubernetes.io/component': component,
});

const named = <Kind>(kind: string, name: string) =>
  manifests.find((each) => each.kind === kind && each.metadata.name === name) as Kind;
/** Everything that runs pods; their pod templates have the same type. */
const workloads = manifests
  .filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind))
  .map((manifest) => [manifest.metadata.name, (manifest as unknown as IDeployment).spec!] as const);
const podOf = (name: string) => new Map(workloads).get(name)!.template.spec!;
const containerOf = (name: string) => podOf(name).containers[0]!;
const portsOf = (name: string) =>
  Object.fromEntries(containerOf(name).ports!.map(({ name: port, containerPort }) => [port, containerPort]));
const probesOf = (name: string) => {
  const { startupProbe, readinessProbe, livenessProbe } = containerOf(name);
  return [startupProbe, readinessProbe, livenessProbe].map((probe) => probe!.httpGet!);
};

/** As the programs see them in their containers. */
const environmentOf = (name: string) => ({
  ...imageEnvironment(),
  ...settings,
  ...Object.fromEntries(
    (containerOf(name).env ?? []).map(({ name: variable }) => [variable, exampleOf(variable)]),
  ),
});
const exampleOf = (variable: string) => allSettings.find((each) => each.variable === variable)?.example;
const program = readSettings({ ...environmentOf('api'), KEY_SECRET: exampleOf('KEY_SECRET') });

describe('ops/kubernetes', () => {
  it.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    '%s satisfies the schema of Kubernetes',
    async (_, manifest) => {
      expect(await schemaErrors(manifest)).toEqual([]);
    },
  );

  it.each([
    ['a word that the schema does not have', /livenessProbe/, 'livenesProbe', 'livenesProbe'],
    ['a number that is text', /replicas: 3/, `replicas: '3'`, 'replicas'],
    ['a port without its number', /containerPort: 9464/, 'protocol: TCP', 'containerPort'],
  ])('would fail with %s', async (_, what, by, message) => {
    const changed = parseAllDocuments(read('api.yaml').replace(what, by))[0]!.toJS() as Manifest;
    expect((await schemaErrors(changed)).join('\n')).toContain(message);
  });

  const kubectl = hasKubectl();
  (kubectl ? it : it.skip)(
    `is built by kubectl kustomize${kubectl ? '' : ' (not here: there is no kubectl)'}`,
    () => {
      const built = parseAllDocuments(
        execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' }),
      ).map((document) => document.toJS() as Manifest & { data?: object });
      expect(built.filter(({ kind }) => kind === 'ConfigMap').map(({ data }) => data)).toEqual([settings]);
      const nameOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
      expect(
        built
          .filter(({ kind }) => kind !== 'ConfigMap')
          .map(nameOf)
          .sort(),
      ).toEqual(manifests.map(nameOf).sort());
    },
  );

  it('has no secret, and refers to each by its name', () => {
    expect(manifests.map(({ kind }) => kind)).not.toContain('Secret');
    expect(Object.keys(settings).filter((name) => name !== 'DATABASE_URL')).toEqual(
      expect.not.arrayContaining([...secretSettings]),
    );
    expect(settings['DATABASE_URL']).not.toMatch(/:\/\/[^/@\s]+:[^/@\s]+@/);
    for (const [name] of workloads)
      for (const variable of containerOf(name).env ?? []) {
        expect(secretSettings).toContain(variable.name);
        expect(variable.valueFrom?.secretKeyRef).toMatchObject({
          name: 'account-service',
          key: variable.name,
        });
      }
  });

  it.each(secretSettings.filter((name) => name !== 'DATABASE_URL'))(
    'lets %s come from the Secret',
    (name) => {
      expect(
        workloads.flatMap(([workload]) => (containerOf(workload).env ?? []).map((each) => each.name)),
      ).toContain(name);
    },
  );

  it.each(workloads.map(([name]) => name))('gives %s settings that exist and are valid', (name) => {
    const names = allSettings.map(({ variable }) => variable);
    expect(names).toEqual(expect.arrayContaining(Object.keys(settings)));
    expect(containerOf(name).envFrom).toEqual([{ configMapRef: { name: 'account-service' } }]);
    expect(() => readSettings(environmentOf(name))).not.toThrow();
  });

  it.each(workloads)(
    'hardens %s: no root, no capability, read-only, no token, its resources limited',
    (name, spec) => {
      expect(podOf(name)).toMatchObject({
        serviceAccountName: 'account-service',
        // Kubernetes would write NOTIFICATIONS_PORT=tcp://… into the environment.
        enableServiceLinks: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          fsGroup: 1000,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      });
      expect(spec.template.spec!.containers).toHaveLength(1);
      const { securityContext, resources, image } = containerOf(name);
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(image).toBe('account-service');
      for (const amounts of [resources!.requests, resources!.limits])
        expect(Object.keys(amounts!)).toEqual(['cpu', 'memory']);
      expect(named('ServiceAccount', 'account-service')).toMatchObject({
        automountServiceAccountToken: false,
      });
    },
  );

  it.each(workloads.map(([name]) => name))('runs %s by a command of the image', (name) => {
    const [program, ...words] = containerOf(name).command!;
    expect(program).toBe('node');
    expect(existsSync(join(repository, words.at(-1)!.replace(/^dist\/(.*)\.js$/, '$1.ts')))).toBe(true);
  });

  it('runs the API by the command of npm run start:prod', () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(containerOf('api').command!.join(' ')).toBe(scripts['start:prod']);
  });

  it('updates the API without fewer replicas, and lets one at a time be evicted', () => {
    const { spec } = named<IDeployment>('Deployment', 'api');
    expect(spec!.replicas).toBeGreaterThan(1);
    expect(spec!.strategy!.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    const budget = named<IPodDisruptionBudget>('PodDisruptionBudget', 'api').spec!;
    expect(budget).toEqual({ maxUnavailable: 1, selector: { matchLabels: labelOf('api') } });
  });

  it.each(['api', 'notifications'])('grants %s the time of its stop', (name) => {
    const wait = Number(containerOf(name).lifecycle?.preStop?.exec?.command?.[1] ?? 0);
    expect(podOf(name).terminationGracePeriodSeconds).toBe(wait + program.http.shutdownGraceMs / 1_000 + 10);
  });

  it('opens the ports that the programs listen on', () => {
    expect(portsOf('api')).toEqual({ http: program.http.port, metrics: program.metrics.port });
    expect(portsOf('notifications')).toEqual({ http: program.notificationService.port });
    expect([program.http.host, program.metrics.host, program.notificationService.host]).toEqual(
      Array(3).fill('0.0.0.0'),
    );
  });

  it.each(['api', 'notifications'])('leads the service %s to its pods', (name) => {
    const { spec } = named<IService>('Service', name);
    expect(spec!.selector).toEqual(labelOf(name));
    expect(new Map(workloads).get(name)!.template.metadata!.labels).toEqual(labelOf(name));
    expect(new Map(workloads).get(name)!.selector.matchLabels).toEqual(labelOf(name));
    expect(spec!.ports).toEqual([{ name: 'http', port: portsOf(name)['http'], targetPort: 'http' }]);
  });

  it('finds the notification service by the name and port of its Service', () => {
    const { hostname, port } = new URL(program.notification.url!);
    expect(named<IService>('Service', hostname).spec!.ports!.map((each) => each.port)).toEqual([
      Number(port),
    ]);
  });

  it('refuses all traffic of its pods that a policy does not allow, and allows what the settings need', () => {
    const { spec } = named<INetworkPolicy>('NetworkPolicy', 'account-service');
    expect(spec).toMatchObject({
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'account-service' } },
      policyTypes: ['Ingress', 'Egress'],
    });
    expect(spec!.ingress).toBeUndefined();
    const portsBy = (name: string, direction: 'ingress' | 'egress') =>
      named<INetworkPolicy>('NetworkPolicy', name).spec![direction]!.flatMap(({ ports }) =>
        ports!.map(({ port }) => port),
      );
    expect(portsBy('api', 'ingress')).toEqual(Object.values(portsOf('api')));
    expect(portsBy('api', 'egress')).toEqual(Object.values(portsOf('notifications')));
    expect(portsBy('notifications', 'ingress')).toEqual(Object.values(portsOf('notifications')));
    expect(portsBy('database', 'egress')).toEqual([Number(new URL(settings['DATABASE_URL']!).port)]);
  });

  it('keeps the mails that were sent on a volume', () => {
    const { volumeClaimTemplates } = new Map(workloads).get('notifications') as unknown as {
      volumeClaimTemplates: { metadata: { name: string } }[];
    };
    expect(containerOf('notifications').volumeMounts).toContainEqual({
      name: volumeClaimTemplates[0]!.metadata.name,
      mountPath: program.notificationService.mailFolder,
    });
  });

  describe('whose probes', () => {
    const database = useDatabase('sqlite');
    let api: TestApp;
    let mails: MailService;
    beforeAll(async () => {
      [api, mails] = await Promise.all([
        createTestApp({ database: database.url }),
        MailService.start({ LOG_LEVEL: 'silent' }),
      ]);
    });
    afterAll(async () => {
      await api.close();
      await mails.remove();
    });

    it('ask addresses that both programs answer', async () => {
      for (const [name, url] of [
        ['api', api.url],
        ['notifications', mails.url],
      ] as const)
        for (const { path, port } of probesOf(name)) {
          expect(port).toBe('http');
          expect((await fetch(`${url}${path}`)).status).toBe(200);
        }
      expect(probesOf('api').map(({ path }) => path)).toEqual([
        '/health/live',
        '/health/ready',
        '/health/live',
      ]);
    });
  });
});

function hasKubectl(): boolean {
  try {
    execFileSync('kubectl', ['kustomize', '--help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
