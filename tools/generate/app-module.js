import { readFile } from 'node:fs/promises';
import ts from 'typescript';
import { formatted } from './formatted.js';
import { Refusal } from './refusal.js';

const path = 'src/app.module.ts';

/**
 * The assembly with one more module.
 * @param {{ name: string, from: string }} module its class, and where that is
 * @throws Refusal when its shape is unknown
 */
export async function appModuleWith({ name, from }) {
  const before = await readFile(path, 'utf8');
  const file = ts.createSourceFile(path, before, ts.ScriptTarget.Latest, true);
  const modules = importsIn(file);
  if (!modules?.elements.length)
    throw new Refusal(
      `${path} has no list of imports in its @Module({ imports: [...] }): give it one, and generate again.`,
    );
  const edits = [
    { at: placeOfImport(file, from), text: `\nimport { ${name} } from '${from}';` },
    { at: modules.elements.at(-1).getEnd(), text: `, ${name}` },
  ];
  const text = edits
    .sort((one, other) => other.at - one.at)
    .reduce((source, { at, text }) => source.slice(0, at) + text + source.slice(at), before);
  return { path, before, text: await formatted(path, text) };
}

/** The list of modules of the one class that is decorated with @Module. */
function importsIn(file) {
  const calls = file.statements
    .filter(ts.isClassDeclaration)
    .flatMap((declared) => ts.getDecorators(declared) ?? [])
    .map(({ expression }) => expression)
    .filter((expression) => ts.isCallExpression(expression) && expression.expression.getText() === 'Module');
  const [metadata] = calls[0]?.arguments ?? [];
  if (!metadata || !ts.isObjectLiteralExpression(metadata)) return undefined;
  const property = metadata.properties.find((one) => one.name?.getText() === 'imports');
  return property && ts.isPropertyAssignment(property) && ts.isArrayLiteralExpression(property.initializer)
    ? property.initializer
    : undefined;
}

/** After the last import that comes before it by path, so that they stay sorted where they are. */
function placeOfImport(file, from) {
  const imports = file.statements.filter(ts.isImportDeclaration);
  const before = imports.filter(({ moduleSpecifier }) => moduleSpecifier.text < from);
  return (before.at(-1) ?? imports.at(-1)).getEnd();
}
