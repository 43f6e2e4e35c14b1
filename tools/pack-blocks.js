/**
 * Writes a package of the building blocks: `npm run pack:blocks -- [FOLDER]` compiles them into dist/blocks and packs
 * them into FOLDER, by default dist. The package has an entry for each block of src/ddd, and for each file in blocks/.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiled = join(root, 'dist/blocks');
const [target = join(root, 'dist')] = process.argv.slice(2);

/** What the application brings, so that both use the same one. */
const isPeer = (name) =>
  name.startsWith('@nestjs/') ||
  ['typeorm', 'rxjs', 'reflect-metadata', 'class-validator', 'class-transformer'].includes(name);
/** What only the testing kit needs. */
const isOptional = (name) => ['@jest/globals', '@nestjs/testing'].includes(name);

rmSync(compiled, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.blocks.json'], { cwd: root, stdio: 'inherit' });

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const versions = { ...manifest.devDependencies, ...manifest.dependencies };
const used = packagesIn(compiled);
const pick = (isPicked) => Object.fromEntries(used.filter(isPicked).map((name) => [name, versions[name]]));

writeFileSync(
  join(compiled, 'package.json'),
  JSON.stringify(
    {
      name: 'domain-blocks',
      version: manifest.version,
      description:
        'Domain-driven building blocks for NestJS: repositories, units of work, an outbox, REST collections.',
      license: manifest.license,
      type: 'module',
      engines: manifest.engines,
      exports: {
        ...entries('src/ddd', '/index'),
        ...entries('blocks', ''),
        './testing': { types: './testing/index.d.ts', default: './testing/index.js' },
        './package.json': './package.json',
      },
      dependencies: pick((name) => !isPeer(name) && !isOptional(name)),
      peerDependencies: pick((name) => isPeer(name) || isOptional(name)),
      peerDependenciesMeta: Object.fromEntries(
        used.filter(isOptional).map((name) => [name, { optional: true }]),
      ),
    },
    null,
    2,
  ),
);
cpSync(join(root, 'blocks/README.md'), join(compiled, 'README.md'));
cpSync(join(root, 'LICENSE'), join(compiled, 'LICENSE'));
mkdirSync(target, { recursive: true });
execFileSync('npm', ['pack', '--pack-destination', resolve(target)], { cwd: compiled, stdio: 'inherit' });

/** An export for each block in a folder. */
function entries(folder, file) {
  const names = readdirSync(join(compiled, folder))
    .filter((name) => existsSync(join(compiled, folder, `${name.replace(/\.js$/, '')}${file}.js`)))
    .map((name) => name.replace(/\.js$/, ''));
  return Object.fromEntries(
    [...new Set(names)].map((name) => {
      const path = `./${folder}/${name}${file}`;
      return [`./${name}`, { types: `${path}.d.ts`, default: `${path}.js` }];
    }),
  );
}

/** The packages that the compiled files import, with the types that their declarations need. */
function packagesIn(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const imported = files
    .filter((name) => /\.(js|d\.ts)$/.test(name))
    .flatMap((name) => ts.preProcessFile(readFileSync(join(folder, name), 'utf8'), true, true).importedFiles)
    .map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith('.') && !isBuiltin(name))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
  const names = [...new Set(imported)];
  const types = names.map((name) => `@types/${name}`).filter((name) => versions[name]);
  const unknown = names.filter((name) => !versions[name]);
  if (unknown.length)
    throw new Error(
      `The blocks import what package.json does not name: ${unknown.join(', ')}. Add it there.`,
    );
  return [...names, ...types].sort();
}
