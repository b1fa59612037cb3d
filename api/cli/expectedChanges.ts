import type { z } from 'zod';
import { expectedChange, rebuildBody } from '../schemas/rebuilds.ts';
import { type CliOption, type CliOptions, Stop, textOfFile, textOption, textOptions } from './command.ts';

type ExpectedChange = z.output<typeof expectedChange>;

const form =
  'Write a change as table:what or table:what:column,column, where what is changed, only-live or only-new, such as orders:changed:net.';

export const expectedChangeOptions: readonly CliOption[] = [
  {
    flags: '--expect <change>',
    text: 'a difference that is wanted, as table:changed, table:changed:column,column, table:only-new or table:only-live; may be given again',
    repeatable: true,
  },
  {
    flags: '--expect-file <file>',
    text: 'more of them from a JSON file: [{"table", "kind", "columns"}], as in the API',
  },
];

/** `orders:changed:net,gross` as the API takes it. Throws `Stop` 2. */
export const changeFrom = (text: string): ExpectedChange => {
  const [table = '', kind = '', columns] = text.split(':').map((part) => part.trim());
  const read = expectedChange.safeParse({
    table,
    kind: kind.toUpperCase().replaceAll('-', '_'),
    ...(columns !== undefined && { columns: columns.split(',').map((column) => column.trim()) }),
  });
  if (read.success && text.split(':').length <= 3) return read.data;
  throw new Stop(`--expect ${text} cannot be read. ${form}`, 2);
};

const changesIn = async (file: string): Promise<readonly ExpectedChange[]> => {
  const text = await textOfFile(file);
  try {
    return rebuildBody.shape.expectedChanges.parse(JSON.parse(text));
  } catch {
    throw new Stop(
      `${file} is not a list of changes. It has to be JSON such as [{"table":"orders","kind":"CHANGED","columns":["net"]}].`,
      2,
    );
  }
};

/** Everything that the command line declares. Throws `Stop` for what cannot be read. */
export const declaredChanges = async (options: CliOptions): Promise<readonly ExpectedChange[]> => {
  const file = textOption(options, 'expectFile');
  const named = textOptions(options, 'expect').map(changeFrom);
  return file === undefined ? named : [...named, ...(await changesIn(file))];
};
