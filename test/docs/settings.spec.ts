// Real: .env.example, README.md, every declared setting, and Node's own reader of .env files. Nothing is fake.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../src/config/environment.js';
import { allSettings, sections } from '../../src/config/sections.js';
import { settingsDocuments } from '../../tools/settings/documents.js';

const documents = await settingsDocuments(sections);
const envExample = await readFile('.env.example', 'utf8');

describe('a document about the settings', () => {
  it.each(documents.map(({ path, text }) => [basename(path.pathname), path, text] as const))(
    '%s matches the declarations; otherwise run `npm run settings`',
    async (_, path, text) => {
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );

  it('differs when a declaration changes', async () => {
    const changed = sections.map(({ heading, settings }) => ({
      heading,
      settings: settings.map((setting) =>
        setting.variable === 'HOST' ? { ...setting, default: '0.0.0.0' } : setting,
      ),
    }));
    const texts = (await settingsDocuments(changed)).map(({ text }) => text);
    expect(texts[0]).toContain('\n# HOST=0.0.0.0\n');
    expect(texts[1]).toMatch(/^\| `HOST` +\| `0\.0\.0\.0` +\|/m);
  });

  it('lists every declared setting under one heading', () => {
    const listed = sections.flatMap(({ settings }) => settings.map(({ variable }) => variable));
    expect(listed.sort()).toEqual(allSettings.map(({ variable }) => variable).sort());
  });
});

describe('.env.example', () => {
  it('sets nothing by default', () => {
    expect(envExample.split('\n').filter((line) => line && !line.startsWith('#'))).toEqual([]);
  });

  it('is valid with every line uncommented, as Node reads it', () => {
    const given = parseEnv(envExample.replace(/^# (?=[A-Z0-9_]+=)/gm, ''));
    expect(Object.keys(given).sort()).toEqual(allSettings.map(({ variable }) => variable).sort());
    expect(() => readEnvironment(given)).not.toThrow();
  });

  it('gives every setting with a fixed default that default', () => {
    const given = parseEnv(envExample.replace(/^# (?=[A-Z0-9_]+=)/gm, ''));
    const fixed = allSettings.filter((setting) => setting.default && !setting.isMachineDependent);
    const values = Object.fromEntries(fixed.map(({ variable }) => [variable, given[variable]]));
    expect(fixed.length).toBeGreaterThan(20);
    expect(readEnvironment(values)).toEqual(readEnvironment({}));
  });
});
