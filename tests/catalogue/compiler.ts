import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { SourceFile } from 'typescript/unstable/ast';
import { API, type Checker } from 'typescript/unstable/sync';

export const root = join(import.meta.dirname, '../..');

type Compiler = {
  readonly checker: Checker;
  /** By its path from the root of the repository. */
  readonly fileOf: (path: string) => SourceFile;
  readonly close: () => void;
};

/** The program as the compiler has read it. Its API is not stable yet, which is why nothing else imports it, and its version is pinned. */
export const openCompiler = (): Compiler => {
  const api = new API({ cwd: root });
  const config = join(root, 'tsconfig.json');
  const snapshot = api.updateSnapshot({ openProjects: [config] });
  const project = snapshot.getProject(config);
  if (project === undefined) throw new Error('the compiler does not know the project');
  const fileOf = (path: string): SourceFile => {
    const file = project.program.getSourceFile(join(root, path));
    if (file === undefined) throw new Error(`${path} is no file of the project`);
    return file;
  };
  return { checker: project.checker, fileOf, close: () => api.close() };
};

/** Source files below a folder, by their paths from the root, in order. */
export const sourcesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
