import { parseArgs } from 'node:util';
import type { Row } from './bench.ts';

type Asked = { readonly quick: boolean; readonly rows: readonly Row[] };

/** What the command line asks for. Throws a sentence that says what to write instead. */
export const askedFor = (args: readonly string[], rows: readonly Row[]): Asked => {
  const names = rows.map(({ name }) => name);
  const usage = `Rows: ${names.join(', ')}.\nFor example: npm run bench -- --quick --only ${names.slice(0, 2).join(',')}`;
  let values: { readonly quick?: boolean | undefined; readonly only?: string | undefined };
  try {
    values = parseArgs({ args: [...args], options: { quick: { type: 'boolean' }, only: { type: 'string' } } }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
  const { quick = false, only } = values;
  const wanted = only?.split(',').map((name) => name.trim());
  const unknown = wanted?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0) throw new Error(`There is no row ${unknown.join(', ')}.\n${usage}`);
  const chosen = rows.filter(({ name, fullOnly }) => wanted?.includes(name) ?? !(quick && fullOnly === true));
  return { quick, rows: chosen };
};
