import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';

const importPattern = /^import\s*\{([^}]*)\}\s*from\s*'([^']+)';[ \t]*$/gm;
const exportPattern = /^export (const|let|class|function|async function) ([\w$]+)/gm;

type Module = {
  readonly path: string;
  readonly body: string;
  readonly exported: readonly string[];
  readonly outside: readonly string[];
};

const variableOf = (path: string): string => path.replace(/\.ts$/, '').replace(/[^A-Za-z0-9]+/g, '_');

/** `a, b as c` as the pattern of a destructuring: `a, b: c`. */
const namesOf = (list: string): string =>
  list
    .split(',')
    .map((name) => name.trim().replace(/^(\S+)\s+as\s+(\S+)$/, '$1: $2'))
    .filter((name) => name !== '')
    .join(', ');

const withoutEmptyLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line, index, lines) => line !== '' || (lines[index - 1] ?? '') !== '')
    .join('\n');

/** What was said of a type goes with it: such a comment stands before nothing. The one that a file begins with is about the file. */
const withoutOrphans = (text: string): string => text.replace(/\n\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n(?=\n)/g, '\n');

/** What a module needs stands together: between two of those lines only types were imported, which are gone. */
const needsTogether = (text: string): string =>
  text.replace(/^(const \{ .* \} = \w+;)\n\n(?=const \{ .* \} = \w+;$)/gm, '$1\n');

const lineCharsMax = 120;

/** Many entries that say the same, as of a catalogue, stand several to a line: nobody reads them one by one. */
const listsTogether = (text: string): string =>
  text.replace(/(?:^ {2}\w+: \[\],\n){8,}/gm, (list) => {
    const lines: string[] = [];
    for (const entry of list.trim().split(/\n */)) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + entry.length < lineCharsMax) lines[lines.length - 1] = `${last} ${entry}`;
      else lines.push(`  ${entry}`);
    }
    return `${lines.join('\n')}\n`;
  });

/** Throws `Error` for a form of import or export that is not read here, rather than to leave something out. */
const readModule = async (root: string, path: string): Promise<Module & { readonly needs: readonly string[] }> => {
  const source = stripTypeScriptTypes(await readFile(join(root, path), 'utf8'));
  const needs: string[] = [];
  const outside: string[] = [];
  const exported: string[] = [];
  const body = source
    .replace(importPattern, (line, names: string, target: string) => {
      if (!target.startsWith('.')) {
        outside.push(line.replace(/\s+/g, ' ').trim());
        return '';
      }
      const needed = normalize(join(dirname(path), target));
      needs.push(needed);
      return namesOf(names) === '' ? '' : `const { ${namesOf(names)} } = ${variableOf(needed)};`;
    })
    .replace(exportPattern, (_line, kind: string, name: string) => {
      exported.push(name);
      return `${kind} ${name}`;
    });
  const unread = /^(import|export)\b.*$/m.exec(body);
  if (unread !== null) throw new Error(`${path} has a line that the single file cannot take over: ${unread[0]}`);
  return {
    path,
    body: listsTogether(needsTogether(withoutEmptyLines(withoutOrphans(withoutEmptyLines(body))))),
    exported,
    outside,
    needs,
  };
};

/** Every module behind `entry`, each after those it needs. */
const modulesBehind = async (root: string, entry: string): Promise<readonly Module[]> => {
  const done = new Map<string, Module>();
  const visit = async (path: string, way: readonly string[]): Promise<void> => {
    if (done.has(path)) return;
    if (way.includes(path)) throw new Error(`modules import each other: ${[...way, path].join(' -> ')}`);
    const module = await readModule(root, path);
    for (const needed of module.needs) await visit(needed, [...way, path]);
    done.set(path, module);
  };
  await visit(entry, []);
  return [...done.values()];
};

const wrapped = ({ path, body, exported }: Module): string =>
  `// ${path}\nconst ${variableOf(path)} = (() => {\n${body.trim()}\nreturn { ${exported.join(', ')} };\n})();\n`;

/**
 * One JavaScript file out of TypeScript sources: types and what is said of them taken off, each module in a function of its own, nothing renamed and
 * nothing left out, so that it can be read beside its sources. Only platform modules stay imported.
 */
export const singleFile = async (root: string, entryFile: string): Promise<string> => {
  const entry = relative(root, entryFile);
  const modules = await modulesBehind(root, entry);
  const outside = [...new Set(modules.flatMap((module) => module.outside))].sort();
  const last = modules.at(-1) as Module;
  return [...outside, '', ...modules.slice(0, -1).map(wrapped), `// ${last.path}`, last.body.trim(), ''].join('\n');
};
