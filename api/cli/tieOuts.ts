import type { TieOutItemView } from '../../projections/glStaging/tieOutItems.ts';
import type { TieOutView } from '../../projections/glStaging/tieOuts.ts';
import { moneyWith, table } from '../terminal.ts';
import { type CliCommand, type CliOptions, textOption } from './command.ts';
import { allItems } from './pages.ts';
import { callService } from './service.ts';

type Row = Pick<TieOutView, 'currency' | 'subledger' | 'gl' | 'difference' | 'explained' | 'unexplained'>;

const rightOf = (title: string) => ({ title, align: 'right' as const });

const shown = (of: string, rows: readonly (Row & { readonly name: string })[]): string => {
  const heads = [{ title: of }, ...['Subledger', 'Ledger', 'Difference', 'Unexplained'].map(rightOf)];
  const money = ({ currency }: Row, amount: string): string => moneyWith(amount, currency);
  return table(
    [...heads, { title: 'Because' }],
    rows.map((row) => [
      row.name,
      ...[row.subledger, row.gl, row.difference, row.unexplained].map((amount) => money(row, amount)),
      row.explained.map(({ reason, amount }) => `${reason} ${money(row, amount)}`).join(', '),
    ]),
  );
};

const queryOf = (bu: string, options: CliOptions, differences: boolean): string => {
  const period = textOption(options, 'period');
  const query = new URLSearchParams({ bu, ...(period !== undefined && { period }) });
  if (differences) query.set('differences', 'true');
  return query.toString();
};

export const tieOutsCommand: CliCommand = {
  usage: 'tie-outs <bu> [pair]',
  summary: 'Subledgers against the ledger; with a pair the documents on which the two differ',
  options: [
    { flags: '--period <yyyymm>', text: 'through the end of this period' },
    { flags: '--all', text: 'also documents on which they agree' },
  ],
  callsService: true,
  as: 'finance',
  examples: ['tie-outs ACME --period 202611', 'tie-outs ACME AR'],
  run: async ([bu = '', pair], options) => {
    const service = await callService(options);
    if (pair === undefined) {
      const { items } = await service.get<{ readonly items: readonly TieOutView[] }>(
        `/v1/tie-outs?${queryOf(bu, options, false)}`,
      );
      const rows = items.map((item) => ({ ...item, name: item.pair }));
      return { value: items, text: shown('Pair', rows) };
    }
    const path = `/v1/tie-outs/${encodeURIComponent(pair)}/items?${queryOf(bu, options, options.all !== true)}`;
    const items = await allItems<TieOutItemView>(service, path);
    const none = options.all === true ? 'There is no document.' : 'Both sides agree on every document.';
    const rows = items.map((item) => ({ ...item, name: item.document }));
    return { value: items, text: rows.length === 0 ? none : shown('Document', rows) };
  },
};
