import type { ProjectionView } from '../../projections/freshness.ts';
import { paint, table } from '../terminal.ts';
import { type CliCommand, countText, durationText, shortPosition } from './command.ts';
import { callService } from './service.ts';

/** A build that is kept for a rollback is not followed, so how far it is behind says nothing. */
const lagText = ({ state, lagMs }: ProjectionView): string => (state === 'KEPT' ? '' : durationText(lagMs));

const roleText = ({ live, state }: ProjectionView): string =>
  live ? 'shown to readers' : state === 'KEPT' ? 'kept for a rollback' : 'being rebuilt';

export const projectionTable = (rows: readonly ProjectionView[]): string =>
  table(
    [
      { title: 'Read model' },
      { title: 'Build', align: 'right' },
      { title: 'Is' },
      { title: 'State' },
      { title: 'Position', align: 'right' },
      { title: 'Behind', align: 'right' },
      { title: 'Rows', align: 'right' },
      { title: 'Blocked lanes', align: 'right' },
    ],
    rows.map((row) => [
      row.name,
      String(row.version),
      roleText(row),
      row.state,
      shortPosition(row.position),
      lagText(row),
      countText(row.rows),
      countText(row.deadLetters),
    ]),
  );

/** Why read models stand still. */
export const problemLines = (rows: readonly ProjectionView[]): readonly string[] =>
  rows.flatMap(({ name, state, problem }) =>
    state === 'STOPPED' && problem !== null
      ? [paint(`${name} has stopped: ${problem.class}: ${problem.detail}`, 'red')]
      : [],
  );

export const projectionsCommand: CliCommand = {
  usage: 'projections',
  summary: 'State, position and lag of every build of every read model',
  callsService: true,
  examples: ['projections', 'projections --json'],
  run: async (_args, options) => {
    const service = await callService(options);
    const { items } = await service.get<{ readonly items: readonly ProjectionView[] }>('/v1/ops/projections');
    return { value: items, text: [projectionTable(items), ...problemLines(items)].join('\n') };
  },
};
