import { dirname, join, normalize } from 'node:path';
import {
  isFunctionDeclaration,
  isIdentifier,
  isImportDeclaration,
  isNamedImports,
  isNamespaceImport,
  isObjectBindingPattern,
  isStringLiteral,
  isVariableStatement,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast';

/** Something that a file declares at its top, as `file#name`. */
export type Place = `${string}#${string}`;

export type Declared = { readonly place: Place; readonly file: string; readonly name: string; readonly node: Node };

/** `*`: all of the file, by a name of its own. */
type Import = { readonly file: string; readonly name: string };

type Known = { readonly declared: ReadonlyMap<string, Declared>; readonly imports: ReadonlyMap<string, Import> };

export type CodeGraph = {
  readonly files: readonly string[];
  readonly sourceOf: (file: string) => SourceFile;
  readonly declaredIn: (file: string) => readonly Declared[];
  readonly at: (place: Place) => Declared;
  /** What a name stands for in a file, if a file of the graph declares it; `member`: of a file that is imported as a whole. */
  readonly resolve: (file: string, name: string, member?: string) => Declared | undefined;
  /** The folders of the domain that a file imports anything from. */
  readonly domainFoldersOf: (file: string) => ReadonlySet<string>;
};

const importsOf = (file: string, source: SourceFile): ReadonlyMap<string, Import> => {
  const imports = new Map<string, Import>();
  for (const statement of source.statements) {
    if (!isImportDeclaration(statement) || !isStringLiteral(statement.moduleSpecifier)) continue;
    const target = statement.moduleSpecifier.text;
    const bindings = statement.importClause?.namedBindings;
    if (!target.startsWith('.') || bindings === undefined) continue;
    const from = normalize(join(dirname(file), target));
    if (isNamespaceImport(bindings)) imports.set(bindings.name.text, { file: from, name: '*' });
    if (!isNamedImports(bindings)) continue;
    for (const { name, propertyName } of bindings.elements)
      imports.set(name.text, { file: from, name: (propertyName ?? name).text });
  }
  return imports;
};

const namesIn = (pattern: Node): readonly string[] => {
  if (isIdentifier(pattern)) return [pattern.text];
  if (!isObjectBindingPattern(pattern)) return [];
  return pattern.elements.flatMap(({ name }) => (name === undefined ? [] : namesIn(name)));
};

const declaredIn = (file: string, source: SourceFile): ReadonlyMap<string, Declared> => {
  const declared = new Map<string, Declared>();
  const add = (name: string, node: Node): void => {
    declared.set(name, { place: `${file}#${name}`, file, name, node });
  };
  for (const statement of source.statements) {
    if (isFunctionDeclaration(statement) && statement.name !== undefined) add(statement.name.text, statement);
    if (!isVariableStatement(statement)) continue;
    for (const one of statement.declarationList.declarations) for (const name of namesIn(one.name)) add(name, one);
  }
  return declared;
};

/** What files declare and import from each other, without their types. */
export const codeGraph = (files: readonly string[], fileOf: (path: string) => SourceFile): CodeGraph => {
  const inGraph = new Set(files);
  const known = new Map<string, Known>();
  const knownOf = (file: string): Known => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const source = fileOf(file);
    const found = { declared: declaredIn(file, source), imports: importsOf(file, source) };
    known.set(file, found);
    return found;
  };
  const declared = (file: string, name: string): Declared | undefined =>
    inGraph.has(file) ? knownOf(file).declared.get(name) : undefined;
  return {
    files,
    sourceOf: fileOf,
    declaredIn: (file) => [...knownOf(file).declared.values()],
    at: (place) => {
      const [file = '', name = ''] = place.split('#');
      const found = declared(file, name);
      if (found === undefined) throw new Error(`there is no ${place}`);
      return found;
    },
    resolve: (file, name, member) => {
      const own = declared(file, name);
      if (own !== undefined) return own;
      const from = knownOf(file).imports.get(name);
      if (from === undefined) return undefined;
      return declared(from.file, from.name === '*' ? (member ?? '') : from.name);
    },
    domainFoldersOf: (file) => {
      const own = [...knownOf(file).imports.values()].map((from) => from.file);
      return new Set(own.flatMap((from) => (from.startsWith('domain/') ? [dirname(from)] : [])));
    },
  };
};
