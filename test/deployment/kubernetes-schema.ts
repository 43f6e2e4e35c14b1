import { resolve } from 'node:path';
import ts from 'typescript';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

/** What Kubernetes would reject in one object, by the schema of its kind: missing and wrong values, then unknown names. */
export async function schemaErrors(manifest: Manifest): Promise<string[]> {
  const errors = unknownNames(manifest);
  try {
    const { apiVersion, kind } = manifest;
    const models = (await import(`kubernetes-models/${apiVersion}/${kind}`)) as Record<string, Model>;
    new models[kind]!(manifest).validate();
  } catch (error) {
    errors.unshift((error as Error).message);
  }
  return errors;
}

type Model = new (data: Manifest) => { validate(): void };

/** Of the schemas: parsed once for all objects. */
const declarations = new Map<string, ts.SourceFile | undefined>();

/** The validators ignore unknown names, as in `livenesProbe`. The types beside them are complete, so a compiler finds these. */
function unknownNames(manifest: Manifest): string[] {
  const { apiVersion, kind } = manifest;
  const file = resolve(import.meta.dirname, 'manifest.ts');
  const text = `import type { I${kind} } from 'kubernetes-models/${apiVersion}/${kind}';
export const manifest: I${kind} = ${JSON.stringify(manifest, undefined, 2)};`;
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es5.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, target) => {
    if (name === file) return ts.createSourceFile(name, text, target);
    if (!declarations.has(name)) declarations.set(name, getSourceFile(name, target));
    return declarations.get(name);
  };
  const program = ts.createProgram([file], options, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
