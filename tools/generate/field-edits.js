import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, relative } from 'node:path/posix';
import ts from 'typescript';
import { declaration, decoratorFile } from './entity-file.js';
import { formatted } from './formatted.js';
import { glob } from './glob.js';
import { refuseUnknownReferences } from './references.js';
import { Refusal } from './refusal.js';
import { importOf, inserted, nodesIn, parsed } from './syntax.js';

/**
 * The files of an entity with one more field: its class, and the bodies and views that list its fields.
 * @throws Refusal when there is no such entity, or it cannot have the field
 */
export async function fieldEdits(entity, field) {
  const found = await entityNamed(entity);
  if (!field.isOptional)
    throw new Refusal(
      `The records of ${entity} that exist have no ${field.name}, so it must be optional: mark it ${field.name}:…:optional`,
    );
  await refuseUnknownReferences({ table: found.table }, [field]);
  const lists = await listsOf(found.declared.name.text, field.name);
  if (!lists.length)
    throw new Refusal(
      `No collectionOf, viewOf or PickType in src/resource lists the fields of ${found.declared.name.text}, so clients would ` +
        'not see the new one. Write its bodies and views with them, or add the field manually.',
    );
  const changes = await Promise.all([
    changed(found, fieldOfClass(found, field)),
    ...lists.map(({ source, edits }) => changed(source, edits)),
    ...(await testOf(entity, field)),
  ]);
  return { name: entity, changes };
}

async function entityNamed(kebab) {
  const known = [];
  for (const path of await glob('src/modules', '.entity.ts')) {
    const source = await parsed(path);
    const declared = source.file.statements.find(ts.isClassDeclaration);
    const [, table] = /@Entity\('([^']+)'\)/.exec(source.text) ?? [];
    if (!declared || !table) continue;
    if (table.replaceAll('_', '-') === kebab) return { ...source, declared, table };
    known.push(table.replaceAll('_', '-'));
  }
  throw new Refusal(`There is no entity ${kebab} in src/modules. There is ${known.sort().join(', ')}.`);
}

/** Its line in the class, after the others. Records that are made in the program may leave it out. */
function fieldOfClass({ path, file, declared }, field) {
  const names = declared.members.flatMap(({ name }) => (name ? [name.getText().toLowerCase()] : []));
  if (names.includes(field.name.toLowerCase()))
    throw new Refusal(`${path} has a field ${field.name} already. Choose another name.`);
  const from = relative(dirname(path), decoratorFile(field)).replace(/\.ts$/, '.js');
  const line = declaration(field).replace(`${field.name}!:`, `${field.name}?:`);
  return [
    ...importOf(file, field.decorator, from),
    { at: declared.members.at(-1).getEnd(), text: `\n${line}` },
  ];
}

/** The longest list of its fields of each kind: body, view, collection. A shorter one may be for credentials. */
async function listsOf(entity, field) {
  const longest = new Map();
  const views = [];
  for (const path of await glob('src/resource', '.ts')) {
    const source = await parsed(path);
    if (!source.text.includes(entity)) continue;
    for (const node of nodesIn(source.file)) {
      const list = listIn(node, entity);
      const before = list && longest.get(list.kind);
      if (list && !(before?.list.elements.length >= list.elements.length))
        longest.set(list.kind, { source, list });
      if (ts.isClassDeclaration(node) && node.name?.text === `${entity}View`) {
        const edits = viewEdits(source, node, entity, field);
        if (edits.length) views.push({ source, edits });
      }
    }
  }
  const lists = [...longest.values()].map(({ source, list }) => ({
    source,
    edits: [{ at: list.elements.at(-1).getEnd(), text: `, '${field}'` }],
  }));
  // A view alone has no body, and its entity may not be exported as a value.
  return lists.length ? merged([...lists, ...views]) : [];
}

function listIn(node, entity) {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const kind = node.expression.text;
  const [type, list] = node.arguments;
  if (!['collectionOf', 'viewOf', 'PickType'].includes(kind) || type?.getText() !== entity || !list)
    return undefined;
  const array = ts.isAsExpression(list) ? list.expression : list;
  return ts.isArrayLiteralExpression(array) && array.elements.length
    ? { kind, elements: array.elements }
    : undefined;
}

/** A handwritten view: its property, and its copy in the static `of`. */
function viewEdits({ path, file }, view, entity, field) {
  const of = view.members.find((member) => ts.isMethodDeclaration(member) && member.name.getText() === 'of');
  const [parameter] = of?.parameters ?? [];
  const returned = of?.body?.statements.find(ts.isReturnStatement)?.expression;
  if (!parameter || !ts.isObjectBindingPattern(parameter.name) || !returned) return [];
  if (!ts.isObjectLiteralExpression(returned)) return [];
  const lastProperty = view.members.filter(ts.isPropertyDeclaration).at(-1);
  if (!lastProperty) return [];
  const up = (to) => relative(dirname(path), to);
  const module = path.split('/').find((_, index, parts) => parts[index - 1] === 'resource');
  return [
    ...importOf(file, entity, up(`src/modules/${module}/index.js`)),
    ...importOf(file, 'ShownField', up('src/rest/collection-of.js')),
    {
      at: lastProperty.getEnd(),
      text: `\n\n  @ShownField(${entity}, '${field}')\n  readonly ${field}?: ${entity}['${field}'];`,
    },
    { at: parameter.name.elements.at(-1).getEnd(), text: `, ${field} = null` },
    { at: returned.properties.at(-1).getEnd(), text: `, ${field}` },
  ];
}

/** The test that was generated with the entity, whose records get the field too. */
async function testOf(entity, { name, sample, isUnique, references }) {
  const path = `test/e2e/${entity}.spec.ts`;
  if (!existsSync(path)) return [];
  const source = await parsed(path);
  for (const node of nodesIn(source.file)) {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== 'details') continue;
    const made = node.initializer && ts.isArrowFunction(node.initializer) ? node.initializer.body : undefined;
    const record = made && ts.isParenthesizedExpression(made) ? made.expression : undefined;
    if (!record || !ts.isObjectLiteralExpression(record) || !record.properties.length) continue;
    const value = isUnique || references ? 'null' : sample;
    return [changed(source, [{ at: record.properties.at(-1).getEnd(), text: `, ${name}: ${value}` }])];
  }
  return [];
}

/** One change for each file. */
function merged(changes) {
  const byPath = new Map();
  for (const { source, edits } of changes) {
    const before = byPath.get(source.path);
    byPath.set(source.path, { source, edits: [...(before?.edits ?? []), ...edits] });
  }
  return [...byPath.values()];
}

const changed = async ({ path, text }, edits) => ({
  path,
  before: text,
  text: await formatted(path, inserted(text, edits)),
});

/** Writes the migrations of both databases. On Windows, only a shell can start npm. @returns what was written */
export function writeMigrations(entity, { name }) {
  const kebab = name.replaceAll(/([A-Z])/g, (letter) => `-${letter.toLowerCase()}`);
  const migration = `add-${entity}-${kebab}`;
  try {
    return execSync(`npm run -s migration:generate -- ${migration}`, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  } catch (error) {
    process.exitCode = 1;
    return `The migrations could not be written: ${String(error.stderr || error.message).trim()}
Write them: npm run migration:generate -- ${migration}`;
  }
}
