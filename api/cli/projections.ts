import type { ProjectionView } from '../../projections/freshness.ts';
import { table } from '../terminal.ts';
import { type CliCommand, shortPosition } from './command.ts';
import { callService } from './service.ts';

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
  callsService: true,
  examples: ['projections', 'projections --json'],
  run: async (_args, options) => {
    const service = await callService(options);
    const { items } = await service.get<{ readonly items: readonly ProjectionView[] }>('/v1/ops/projections');
    return { value: items, text: projectionTable(items) };
  },
};
