import { readFile } from 'node:fs/promises';
import ts from 'typescript';

/** The syntax tree of a file. */
export async function parsed(path) {
  const text = await readFile(path, 'utf8');
  return { path, text, file: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** Every node below another. */
export function* nodesIn(node) {
  yield node;
  for (const child of childrenOf(node)) yield* nodesIn(child);
}

function childrenOf(node) {
  const children = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

/** The text with the edits inserted. */
export const inserted = (text, edits) =>
  [...edits]
    .sort((one, other) => other.at - one.at)
    .reduce((source, edit) => source.slice(0, edit.at) + edit.text + source.slice(edit.at), text);

/** The edits that import a name from a path, in an existing import where there is one. */
export function importOf(file, name, from) {
  const imports = file.statements.filter(ts.isImportDeclaration);
  const there = imports.find(
    ({ moduleSpecifier, importClause }) =>
      moduleSpecifier.text === from && importClause?.namedBindings && !importClause.phaseModifier,
  );
  const names = there?.importClause.namedBindings.elements;
  if (names?.some((one) => one.name.text === name)) return [];
  if (names) return [{ at: names.at(-1).getEnd(), text: `, ${name}` }];
  return [{ at: imports.at(-1).getEnd(), text: `\nimport { ${name} } from '${from}';` }];
}
