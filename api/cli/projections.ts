import { listProjections, type ProjectionView } from '../../projections/freshness.ts';
import { table } from '../terminal.ts';
import { type CliCommand, shortPosition } from './command.ts';
import { withDatabase } from './database.ts';

const projectionTable = (rows: readonly ProjectionView[]): string =>
  table(
    [
      { title: 'Projection' },
      { title: 'State' },
      { title: 'Position', align: 'right' },
      { title: 'Lag ms', align: 'right' },
      { title: 'Rows', align: 'right' },
      { title: 'Dead letters', align: 'right' },
    ],
    rows.map((row) => [
      row.name,
      row.state,
      shortPosition(row.position),
      String(row.lagMs),
      String(row.rows),
      String(row.deadLetters),
    ]),
  );

export const projectionsCommand: CliCommand = {
  usage: 'projections',
  summary: 'State, position and lag of every read model',
  examples: ['projections', 'projections --json'],
  run: () =>
    withDatabase(async (db) => {
      const rows = await listProjections(db);
      return { value: rows, text: projectionTable(rows) };
    }),
};
